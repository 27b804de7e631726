// Plain CommonJS that the oldest Node.js can read: it is loaded before anything that a too old one fails on.
'use strict';

var REQUIRED = require('../package.json').engines.node.replace('>=', '');

/** One sentence when this version of Node.js is older than package.json asks for; undefined when it will do. */
function refusalOf(version) {
  var has = version.split('.').map(Number);
  var needs = REQUIRED.split('.').map(Number);
  var enough = has[0] === needs[0] ? has[1] >= needs[1] : has[0] > needs[0];
  return enough ? undefined : 'This is Node.js ' + version + '; iam-key-rotation needs ' + REQUIRED + ' or newer (https://nodejs.org).';
}

var refusal = refusalOf(process.versions.node);
if (refusal !== undefined) {
  process.stderr.write(refusal + '\n');
  process.exit(2);
}

module.exports = { refusalOf: refusalOf };
