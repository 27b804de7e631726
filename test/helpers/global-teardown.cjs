'use strict';

module.exports = () => require('./load-once.cjs').load(require.resolve('./global-teardown.ts')).default();
