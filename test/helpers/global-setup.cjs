// Jest compiles what it loads here; what that loads is to be loaded as everywhere.
'use strict';

module.exports = (config) => require('./load-once.cjs').load(require.resolve('./global-setup.ts')).default(config);
