import type { AccountState } from './world';

/** A quota that AWS raises when it is asked to. */
interface Quota {
  name: string;
  value(account: AccountState): number;
  raise(account: AccountState, value: number): void;
}

/** By `service/quota code`; https://docs.aws.amazon.com/general/latest/gr/ses.html, https://docs.aws.amazon.com/general/latest/gr/lambda-service.html */
export const quotas: ReadonlyMap<string, Quota> = new Map([
  [
    'ses/L-804C8AE8',
    {
      name: 'Sending quota',
      value: ({ sending }) => sending.quota,
      raise(account, value) {
        account.sending.quota = value;
      },
    },
  ],
  [
    'lambda/L-B99A9384',
    {
      name: 'Concurrent executions',
      value: ({ concurrency }) => concurrency,
      raise(account, value) {
        account.concurrency = value;
      },
    },
  ],
] satisfies [string, Quota][]);
