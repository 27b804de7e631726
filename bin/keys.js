// `npm run keys -- <command>`: the command line as the sources are now.
'use strict';

require('./node-version');
require('./build')
  .buildIfStale()
  .then(function () {
    require('./iam-keys');
  });
