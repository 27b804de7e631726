import { InvalidEventError } from '../../../lambda/shared/errors';
import { parseOrchestratorEvent, parseReporterEvent, parseRotatorEvent } from '../../../lambda/shared/events';
import { ACCOUNT } from '../../helpers/facts';

const event = { account: ACCOUNT, email: 'aws@example.com', name: 'Payments' };
const mistake = (parse: (event: unknown) => unknown, wrong: unknown): string => {
  try {
    parse(wrong);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidEventError);
    return (error as Error).message;
  }
  throw new Error('was accepted');
};

describe('a rotator event', () => {
  it.each([
    event,
    { ...event, ForceRotate: 'a+=,.@_-z' },
    { ...event, ForceRotate: 'x'.repeat(64), dryrun: true, runId: '20261121T030000Z-1234abcd' },
    { ...event, dryrun: false },
    { ...event, email: '' },
    { ...event, check: true, runId: 'run-1' },
  ])('is accepted: %j', (right) => {
    expect(parseRotatorEvent(right)).toEqual(right);
  });

  it.each([
    [{ ...event, account: '123' }, 'account: must be an account id of 12 digits (got "123")'],
    [{ ...event, account: 111122223333 }, 'account: must be an account id of 12 digits, in quotes (got 111122223333)'],
    [{ ...event, account: `${ACCOUNT}\n` }, 'account: must be an account id of 12 digits'],
    [{ account: ACCOUNT, name: 'x' }, 'email: missing, must be an e-mail address of at most 320 characters, or empty'],
    [{ ...event, email: 'x'.repeat(321) }, 'email: must be an e-mail address of at most 320 characters, or empty (got "xxx'],
    [{ ...event, name: '' }, 'name: must be the name of the account: 1 to 128 characters (got "")'],
    [{ ...event, name: 'x'.repeat(129) }, 'name: must be the name of the account: 1 to 128 characters'],
    [{ ...event, name: { first: 'A' } }, 'name: must be the name of the account: 1 to 128 characters (got {"first":"A"})'],
    [{ ...event, account: null }, 'account: must be an account id of 12 digits (got null)'],
    [{ ...event, ForceRotate: '' }, 'ForceRotate: must be an IAM user name: 1 to 64 letters, digits or +=,.@_- (got "")'],
    [{ ...event, ForceRotate: 'a/b' }, 'ForceRotate: must be an IAM user name'],
    [{ ...event, ForceRotate: 'x'.repeat(65) }, 'ForceRotate: must be an IAM user name'],
    [{ ...event, ForceRotate: true }, 'ForceRotate: must be an IAM user name: 1 to 64 letters, digits or +=,.@_-, in quotes (got true)'],
    [{ ...event, dryrun: 'false' }, 'dryrun: must be true or false, without quotes (got "false")'],
    [{ ...event, runId: '../x' }, 'runId: must be 1 to 80 letters, digits, dots, dashes or underscores (got "../x")'],
    [{ ...event, runId: '..' }, 'runId: must be 1 to 80 letters'],
    [{ ...event, runId: '.x' }, 'runId: must be 1 to 80 letters'],
    [{ ...event, forceRotate: 'alice' }, 'unknown key "forceRotate", the nearest known one is "ForceRotate"'],
    [{ ...event, dryRun: true }, 'unknown key "dryRun", the nearest known one is "dryrun"'],
    [{ ...event, check: false }, 'check: must be true when given (got false)'],
    [{ ...event, check: true, dryrun: false }, 'dryrun: cannot be combined with check, which changes nothing (got false)'],
    [{ ...event, check: true, ForceRotate: 'alice' }, 'ForceRotate: cannot be combined with check'],
    [null, 'event: must be a JSON object (got null)'],
    [undefined, 'event: missing, must be a JSON object'],
    ['{}', 'event: must be a JSON object (got "{}")'],
    [[], 'event: must be a JSON object (got [])'],
  ])('is refused: %j', (wrong, message) => {
    expect(mistake(parseRotatorEvent, wrong)).toContain(message);
  });

  it('is refused with one message that names every mistake and says that nothing was done', () => {
    const message = mistake(parseRotatorEvent, { account: '1', Email: 'x', name: 'y', dryrun: 1 });
    expect(message).toMatch(/^the rotator's event is not valid, nothing was done: /);
    for (const part of ['account: ', 'email: ', 'dryrun: ', 'unknown key "Email", the nearest known one is "email"']) {
      expect(message).toContain(part);
    }
  });

  it('is refused for wrong values and wrong combinations in one go', () => {
    const message = mistake(parseRotatorEvent, { ...event, account: '1', check: true, dryrun: true, ForceRotate: 7 });
    for (const part of ['account: must be', 'ForceRotate: must be', 'ForceRotate: cannot be', 'dryrun: cannot be']) {
      expect(message).toContain(part);
    }
  });

  it('shows no more than the beginning of a long value', () => {
    expect(mistake(parseRotatorEvent, { ...event, account: 'x'.repeat(10_000) }).length).toBeLessThan(250);
  });
});

describe('an orchestrator event', () => {
  it.each([
    {},
    { dryrun: true },
    { accounts: [ACCOUNT] },
    { account: ACCOUNT, ForceRotate: 'alice' },
    { check: true },
    { check: true, accounts: [ACCOUNT] },
  ])('is accepted: %j', (right) => {
    expect(parseOrchestratorEvent(right)).toEqual(right);
  });

  it.each([
    [{ account: ACCOUNT }, 'account: account and ForceRotate go together; to run some accounts only, give accounts: [...]'],
    [{ ForceRotate: 'alice' }, 'account: account and ForceRotate go together'],
    [{ accounts: [ACCOUNT], account: ACCOUNT, ForceRotate: 'alice' }, 'accounts: cannot be combined with ForceRotate'],
    [{ check: true, account: ACCOUNT, ForceRotate: 'alice' }, 'account: cannot be combined with check'],
    [{ check: true, dryrun: true }, 'dryrun: cannot be combined with check'],
    [{ check: 'yes' }, 'check: must be true when given (got "yes")'],
    [{ accounts: [] }, 'accounts: must be a list of 1 to 50,000 account ids (got [])'],
    [{ accounts: ACCOUNT }, `accounts: must be a list of 1 to 50,000 account ids (got "${ACCOUNT}")`],
    [{ accounts: [ACCOUNT, '12'] }, 'accounts.1: must be an account id of 12 digits (got "12")'],
    [{ acounts: [ACCOUNT] }, 'unknown key "acounts", the nearest known one is "accounts"'],
    [null, 'event: '],
  ])('is refused: %j', (wrong, message) => {
    const told = mistake(parseOrchestratorEvent, wrong);
    expect(told).toContain(message);
    expect(told).toMatch(/^the orchestrator's event is not valid, nothing was done: /);
    expect(told).not.toMatch(/Invalid input|expected|received|Too (big|small)|Unrecognized/);
  });

  it('is refused with more accounts than an organization can have', () => {
    const accounts = Array.from({ length: 50_001 }, () => ACCOUNT);
    expect(mistake(parseOrchestratorEvent, { accounts })).toContain('accounts: must be a list of 1 to 50,000 account ids (got ["');
  });

  it('is refused for wrong values and wrong combinations in one go', () => {
    const told = mistake(parseOrchestratorEvent, { acounts: ['1'], account: '12', dryrun: 'yes', check: true });
    for (const part of ['unknown key "acounts"', 'account: must be', 'account: account and', 'dryrun: must be', 'dryrun: cannot be']) {
      expect(told).toContain(part);
    }
  });
});

describe('a reporter event', () => {
  it.each([{}, { runId: 'run-1' }])('is accepted: %j', (right) => {
    expect(parseReporterEvent(right)).toEqual(right);
  });

  it.each([
    [{ runid: 'x' }, 'unknown key "runid", the nearest known one is "runId"'],
    [{ runId: '' }, 'runId: must be 1 to 80'],
  ])('is refused: %j', (wrong, message) => {
    expect(mistake(parseReporterEvent, wrong)).toContain(message);
  });
});
