// What a version of Node.js that is new enough runs. Loads nothing but what the command needs.
'use strict';

// The SDK's advice to upgrade Node.js by 2027 would be eight lines before each answer; other warnings are shown.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const isAnswered = process.argv[2] === 'credentials' && require('../dist/answer-at-once.cjs').answerAtOnce(process.argv.slice(2));
if (!isAnswered) void import('../dist/program.mjs').then((program) => program.main(require('../package.json').version));
