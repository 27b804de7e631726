// Preloaded into programs that wait ten seconds until a new key is known everywhere: in the sandbox it is known at once.
'use strict';

const SETTLE_MS = 10_000;
const { setTimeout: wait } = globalThis;

globalThis.setTimeout = (work, ms, ...more) => wait(work, ms === SETTLE_MS ? 0 : ms, ...more);
