import { RULES, type Mutation } from './mutation';

const ACCOUNT = 'lambda/bus/account-events.ts';
const PUT = 'lambda/bus/put-events.ts';
const RUN = 'lambda/bus/run-events.ts';
const SCHEMAS = 'lambda/bus/event-schemas.ts';
const account = ['test/lambda/bus/account-events'];
const put = ['test/lambda/bus/put-events'];
const run = ['test/lambda/bus/run-events'];
const schemas = ['test/lambda/bus/event-schemas', 'test/docs/events'];

/** Bugs in what other programs hear by events: something that nobody tells them, tells twice, or tells in a shape that they do not know. */
export const TELLING_PROGRAMS: readonly Mutation[] = [
  {
    bug: 'bus: nobody hears of overdue keys',
    rule: RULES.honest,
    file: ACCOUNT,
    find: '...overdue.flatMap((key)',
    replace: '...overdue.slice(0, 0).flatMap((key)',
    tests: account,
  },
  {
    bug: 'bus: failures of an account as a whole are told to nobody',
    rule: RULES.honest,
    file: ACCOUNT,
    find: '...result.failures.map((failure)',
    replace: '...result.failures.filter(({ user }) => user !== undefined).map((failure)',
    tests: account,
  },
  {
    bug: 'bus: two equal failures are taken for one that was told twice',
    rule: RULES.honest,
    file: ACCOUNT,
    find: 'return before === 0 ? id : `${id}/${before + 1}`;',
    replace: 'return id;',
    tests: account,
  },
  {
    bug: 'bus: a planned action has the id of one that was done',
    rule: RULES.dryRun,
    file: ACCOUNT,
    find: 'id: idOf(user, action.keyId, action.action, action.outcome),',
    replace: "id: idOf(user, action.keyId, action.action, 'done'),",
    tests: account,
  },
  {
    bug: 'bus: what nobody reacts to is told, too, under names that no schema has',
    rule: RULES.honest,
    file: ACCOUNT,
    find: 'if (!ACTIONS[action.action].event) return [];',
    replace: 'if (action.keyId === "") return [];',
    tests: account,
  },
  {
    bug: 'bus: a long sentence makes a call too large, and ten events are lost',
    rule: RULES.honest,
    file: PUT,
    find: 'text.length <= MAX_TEXT_CHARACTERS ?',
    replace: 'text.length <= 999 * MAX_TEXT_CHARACTERS ?',
    tests: [...put, ...account],
  },
  {
    bug: 'bus: an event that EventBridge did not take is not put again',
    rule: RULES.honest,
    file: PUT,
    find: 'attempt < ATTEMPTS && refused.length > 0;',
    replace: 'attempt < 1 && refused.length > 0;',
    tests: put,
  },
  {
    bug: 'bus: events that EventBridge took are put again with those that it refused',
    rule: RULES.once,
    file: PUT,
    find: '      refused.map(({ event }) => event),\n',
    replace: '      batch,\n',
    tests: put,
  },
  {
    bug: 'bus: an event without an answer counts as told',
    rule: RULES.honest,
    file: PUT,
    find: 'return why.EventId === undefined ?',
    replace: 'return why.ErrorCode !== undefined ?',
    tests: put,
  },
  {
    bug: 'bus: events that are refused for good fail silently',
    rule: RULES.honest,
    file: PUT,
    find: 'if (!first) return;',
    replace: 'if (!first || all.length > 0) return;',
    tests: put,
  },
  {
    bug: 'bus: nobody hears of accounts that never answered',
    rule: RULES.honest,
    file: RUN,
    find: '...silent.map(({ id, name })',
    replace: '...silent.slice(0, 0).map(({ id, name })',
    tests: run,
  },
  {
    bug: 'bus: nobody hears of accounts that were not dispatched',
    rule: RULES.honest,
    file: RUN,
    find: "['dispatch', 'read result', 'read manifest']",
    replace: "['read result', 'read manifest']",
    tests: run,
  },
  {
    bug: 'bus: the schema takes any version, so that a change of meaning is no other version',
    rule: RULES.honest,
    file: SCHEMAS,
    find: 'version: z.literal(EVENT_VERSION)',
    replace: 'version: z.number()',
    tests: schemas,
  },
  {
    bug: 'bus: an event may leave out whether anything was changed',
    rule: RULES.dryRun,
    file: SCHEMAS,
    find: "const dryRun = z.boolean().describe('True when nothing was changed.');",
    replace: "const dryRun = z.boolean().exactOptional().describe('True when nothing was changed.');",
    tests: schemas,
  },
  {
    bug: 'bus: an event may name an action that there is not',
    rule: RULES.honest,
    file: SCHEMAS,
    find: 'action: z.enum(EVENT_ACTIONS)',
    replace: 'action: z.string()',
    tests: schemas,
  },
];
