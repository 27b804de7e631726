#!/usr/bin/env node
// The command line as it is installed; in the repository, bin/keys.js builds it first.
'use strict';

require('./node-version');
require('./iam-keys-main');
