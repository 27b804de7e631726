// Runs one of the project's programs: node bin/run.js <program.ts> [arguments]. Every command of package.json begins here.
'use strict';

require('./node-version');

var path = require('path');

// The SDK's advice to upgrade Node.js by 2027 would be eight lines before each answer; other warnings are shown.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
process.argv.splice(1, 1);
process.argv[1] = path.resolve(process.argv[1]);
require('tsx/cjs');
require(process.argv[1]);
