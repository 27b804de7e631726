import { isThrottled, whileThrottled, type Patience } from '../../../lambda/shared/while-throttled';
import { awsError } from '../../helpers/aws';

it.each<[string, number, boolean]>([
  ['Throttling', 400, true],
  ['ThrottlingException', 400, true],
  ['TooManyRequestsException', 429, true],
  ['Anything', 429, true],
  ['LimitExceededException', 409, false],
  ['AccessDenied', 403, false],
  ['ServiceFailure', 500, false],
])('isThrottled says of %s with status %i: %s', (name, status, expected) => {
  expect(isThrottled(awsError(name, status))).toBe(expected);
});

it('isThrottled says no of what is no error', () => {
  expect(isThrottled('Throttling')).toBe(false);
});

describe('whileThrottled', () => {
  const waits: number[] = [];
  const patience: Patience = {
    sleep: (wait) => {
      waits.push(wait);
      return Promise.resolve();
    },
    firstWait: 100,
    mayWait: (wait) => wait <= 400,
    repeats: isThrottled,
  };
  const failing = (times: number, error: Error): jest.Mock<Promise<string>, []> => {
    const call = jest.fn<Promise<string>, []>(() => Promise.resolve('done'));
    for (let i = 0; i < times; i += 1) call.mockRejectedValueOnce(error);
    return call;
  };
  beforeEach(() => {
    waits.length = 0;
  });

  it('repeats after waits that double, each cut by up to a half', async () => {
    await expect(whileThrottled(failing(3, awsError('Throttling', 400)), patience)).resolves.toBe('done');
    expect(waits.map((wait, index) => wait > 50 * 2 ** index - 1 && wait <= 100 * 2 ** index)).toEqual([true, true, true]);
  });

  it('throws the last error when there is no time for the next wait', async () => {
    await expect(whileThrottled(failing(4, awsError('Throttling', 400)), patience)).rejects.toMatchObject({ name: 'Throttling' });
    expect(waits).toHaveLength(3);
  });

  it('throws any other error at once', async () => {
    const call = failing(1, awsError('AccessDenied', 403));
    await expect(whileThrottled(call, patience)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect([call.mock.calls.length, waits]).toEqual([1, []]);
  });
});
