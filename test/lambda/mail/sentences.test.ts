import { lastUse, newKeySentence, useSentence } from '../../../lambda/mail/sentences';
import type { ActionResult, KeyFacts } from '../../../lambda/runs/schemas';
import { action, keyFacts } from './factories';

describe('the last use of a key', () => {
  it.each([
    ['is told with service and region', {}, 'last used 19 Nov 2026 by s3 in eu-west-1'],
    ['leaves out what AWS does not know', { lastUsedService: 'N/A', lastUsedRegion: 'N/A' }, 'last used 19 Nov 2026'],
    ['is never, where AWS said so', { lastUsed: 'never' }, 'never used'],
  ])('%s', (_, facts, expected) => {
    expect(lastUse(keyFacts(facts))).toBe(expected);
  });

  it('is not told when nobody asked for it', () => {
    const { keyId, status, created, ageDays } = keyFacts();
    expect(lastUse({ keyId, status, created, ageDays })).toBe('');
  });
});
const NOW = new Date('2026-11-21T02:00:00.000Z');
const waiting = (more: Partial<ActionResult> = {}): ActionResult =>
  action({
    action: 'warn',
    step: 'disable',
    successorId: 'AKIANEW',
    successorSince: '2026-11-12T02:00:44.000Z',
    successorFetched: 'never',
    ...more,
  });

describe('the new key', () => {
  it.each([
    [{}, 'The new key AKIANEW has been in AWS Secrets Manager since 12 Nov 2026; nobody has fetched it yet from the secret in eu-west-1.'],
    [
      { successorFetched: '2026-11-14T00:00:00.000Z' },
      'The new key AKIANEW has been in AWS Secrets Manager since 12 Nov 2026; it was last fetched on 14 Nov 2026.',
    ],
  ])('waits since a day, and was fetched or not: %j', (more, sentence) => {
    expect(newKeySentence(waiting(more), 'eu-west-1')).toBe(sentence);
  });

  it('is no news where there is none, or it was made now', () => {
    expect([newKeySentence(action(), 'r'), newKeySentence(action({ successorId: 'AKIANEW' }), 'r')]).toEqual(['', '']);
  });
});

describe('the use of the old key', () => {
  it.each<[string, Partial<KeyFacts>, Partial<ActionResult>, string]>([
    [
      'after the new one was made',
      {},
      {},
      'The old key is still used: last used 19 Nov 2026 by s3 in eu-west-1, after the new one was made.',
    ],
    ['until it was disabled', {}, { action: 'disable' }, 'The old key was in use until now: last used 19 Nov 2026 by s3 in eu-west-1.'],
    [
      'before that only',
      { lastUsed: '2026-11-01T00:00:00.000Z' },
      {},
      'The old key has not been used since the new one was made: last used 1 Nov 2026 by s3 in eu-west-1.',
    ],
    [
      'to fetch the new one',
      { lastUsedService: 'secretsmanager' },
      { successorFetched: '2026-11-19T00:00:00.000Z' },
      'The old key was last used 19 Nov 2026 by secretsmanager in eu-west-1: that may be the fetching of the new one.',
    ],
    ['never', { lastUsed: 'never' }, {}, 'The old key was never used.'],
  ])('%s', (_, key, more, sentence) => {
    expect(useSentence(keyFacts(key), waiting(more), NOW)).toBe(sentence);
  });

  it.each<[string, Partial<KeyFacts>, string]>([
    ['within a week', {}, 'This key is still used: last used 19 Nov 2026 by s3 in eu-west-1.'],
    [
      'longer ago',
      { lastUsed: '2026-11-01T00:00:00.000Z' },
      'This key has not been used for more than a week: last used 1 Nov 2026 by s3 in eu-west-1.',
    ],
  ])('without a successor, %s', (_, key, sentence) => {
    expect(useSentence(keyFacts(key), action({ action: 'notify' }), NOW)).toBe(sentence);
  });

  it('is not told where it is not known, or nothing ends', () => {
    const { keyId, status, created, ageDays } = keyFacts();
    expect(useSentence({ keyId, status, created, ageDays }, waiting(), NOW)).toBe('');
    expect(useSentence(undefined, waiting(), NOW)).toBe('');
    expect(useSentence(keyFacts(), waiting({ step: 'delete' }), NOW)).toBe('');
  });
});
