// Preloaded into programs that shall live in a sandbox's time: the file TEST_CLOCK says by how many milliseconds it is ahead of real time.
'use strict';

const { readFileSync } = require('node:fs');

const Real = Date;
const now = () => Real.now() + Number(readFileSync(process.env.TEST_CLOCK, 'utf8'));

globalThis.Date = class extends Real {
  constructor(...parts) {
    if (parts.length === 0) super(now());
    else super(...parts);
  }
  static now() {
    return now();
  }
};
