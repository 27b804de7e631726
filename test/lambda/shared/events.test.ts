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
    [{ ...event, account: 111122223333 }, 'account: Invalid input: expected string, received number (got 111122223333)'],
    [{ ...event, account: `${ACCOUNT}\n` }, 'account: must be an account id of 12 digits'],
    [{ account: ACCOUNT, name: 'x' }, 'email: Invalid input: expected string, received undefined'],
    [{ ...event, email: 'x'.repeat(321) }, 'email: '],
    [{ ...event, name: '' }, 'name: '],
    [{ ...event, ForceRotate: '' }, 'ForceRotate: must be an IAM user name: 1 to 64 letters, digits or +=,.@_- (got "")'],
    [{ ...event, ForceRotate: 'a/b' }, 'ForceRotate: must be an IAM user name'],
    [{ ...event, ForceRotate: 'x'.repeat(65) }, 'ForceRotate: must be an IAM user name'],
    [{ ...event, ForceRotate: true }, 'ForceRotate: Invalid input: expected string, received boolean (got true)'],
    [{ ...event, dryrun: 'false' }, 'dryrun: Invalid input: expected boolean, received string (got "false")'],
    [{ ...event, runId: '../x' }, 'runId: must be 1 to 80 letters, digits, dots, dashes or underscores (got "../x")'],
    [{ ...event, runId: '..' }, 'runId: must be 1 to 80 letters'],
    [{ ...event, runId: '.x' }, 'runId: must be 1 to 80 letters'],
    [{ ...event, forceRotate: 'alice' }, 'unknown key "forceRotate", the nearest known one is "ForceRotate"'],
    [{ ...event, dryRun: true }, 'unknown key "dryRun", the nearest known one is "dryrun"'],
    [{ ...event, check: false }, 'check: must be true when given (got false)'],
    [{ ...event, check: true, dryrun: false }, 'dryrun: cannot be combined with check, which changes nothing (got false)'],
    [{ ...event, check: true, ForceRotate: 'alice' }, 'ForceRotate: cannot be combined with check'],
    [null, 'event: Invalid input: expected object, received null (got null)'],
    [undefined, 'event: Invalid input: expected object, received undefined'],
    ['{}', 'event: Invalid input: expected object, received string (got "{}")'],
    [[], 'event: Invalid input: expected object, received array (got [])'],
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
    [{ accounts: [] }, 'accounts: '],
    [{ accounts: ACCOUNT }, 'accounts: Invalid input: expected array, received string'],
    [{ accounts: [ACCOUNT, '12'] }, 'accounts.1: must be an account id of 12 digits (got "12")'],
    [{ acounts: [ACCOUNT] }, 'unknown key "acounts", the nearest known one is "accounts"'],
    [null, 'event: '],
  ])('is refused: %j', (wrong, message) => {
    const told = mistake(parseOrchestratorEvent, wrong);
    expect(told).toContain(message);
    expect(told).toMatch(/^the orchestrator's event is not valid, nothing was done: /);
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
