// Preloaded into commands that shall live in a sandbox's time: TEST_NOW says what it is when they start, and then it stands still.
'use strict';

const Real = Date;
const now = Real.parse(process.env.TEST_NOW);

globalThis.Date = class extends Real {
  constructor(...parts) {
    if (parts.length === 0) super(now);
    else super(...parts);
  }
  static now() {
    return now;
  }
};
