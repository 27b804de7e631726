import type { Account } from '@aws-sdk/client-organizations';
import { refOf, selectFromOrganization } from '../../../lambda/orchestrator/select-from-organization';
import type { Scope } from '../../../lambda/shared/environment';
import { ANYWHERE } from '../../helpers/variables';

const [A, B, C] = ['111111111111', '222222222222', '333333333333'];
const account = (Id: string, more: Account = {}): Account => ({
  Id,
  Name: `account ${Id[0] ?? ''}`,
  Email: `${Id}@example.com`,
  State: 'ACTIVE',
  Paths: ['o-example/r-root/ou-prod/'],
  ...more,
});
const select = (accounts: Account[], scope: Partial<Scope> = {}, only?: string[]) => {
  const { accounts: chosen, skipped } = selectFromOrganization(accounts, { ...ANYWHERE, ...scope }, only && new Set(only));
  return { chosen: chosen.map((one) => one.id), skipped: Object.fromEntries(skipped.map((one) => [one.account, one.reason])) };
};

describe('an account’s state', () => {
  it.each([
    ['ACTIVE', true],
    ['PENDING_ACTIVATION', false],
    ['SUSPENDED', false],
    ['PENDING_CLOSURE', false],
    ['CLOSED', false],
  ] as const)('%s is rotated: %s', (State, rotated) => {
    const reason = rotated ? {} : { [A]: `its state is ${State}` };
    expect(select([account(A, { State })])).toEqual({ chosen: rotated ? [A] : [], skipped: reason });
  });

  it('is read from Status where State is not there yet', () => {
    const without = { State: undefined };
    expect(select([account(A, { ...without, Status: 'ACTIVE' })]).chosen).toEqual([A]);
    expect(select([account(A, { ...without, Status: 'SUSPENDED' })]).skipped).toEqual({ [A]: 'its state is SUSPENDED' });
  });

  it('is State, whatever the retired Status says', () => {
    expect(select([account(A, { State: 'SUSPENDED', Status: 'ACTIVE' })]).chosen).toEqual([]);
    expect(select([account(A, { State: 'ACTIVE', Status: 'SUSPENDED' })]).chosen).toEqual([A]);
  });

  it('that AWS does not say is a failure of that account, never a guess', () => {
    const { accounts, skipped, unclear } = selectFromOrganization([account(A), account(B, { State: undefined })], ANYWHERE, undefined);
    expect([accounts.map(({ id }) => id), skipped]).toEqual([[A], []]);
    const message = 'Organizations did not say what state the account is in, so nothing was done there';
    expect(unclear).toEqual([{ account: B, error: 'StateUnknown', message }]);
  });

  it('of an excluded account does not matter', () => {
    expect(select([account(B, { State: undefined })], { excludeAccounts: [B] }).chosen).toEqual([]);
  });
});

describe('the scope', () => {
  const [prod, sub, test] = [
    account(A),
    account(B, { Paths: ['o-example/r-root/ou-prod/ou-sub/'] }),
    account(C, { Paths: ['o-example/r-root/ou-test/'] }),
  ];
  const all = [prod, sub, test];
  const OUTSIDE = 'not in includeAccounts or includeOrganizationalUnits';

  it('is the whole organization unless something is named', () => {
    expect(select(all)).toEqual({ chosen: [A, B, C], skipped: {} });
  });

  it('needs no paths as long as no unit is named', () => {
    expect(select([account(A, { Paths: undefined })], { excludeAccounts: [B], includeAccounts: [A] }).chosen).toEqual([A]);
  });

  it.each<[string, Partial<Scope>, string[], Record<string, string>]>([
    ['an included account', { includeAccounts: [A] }, [A], { [B]: OUTSIDE, [C]: OUTSIDE }],
    ['an excluded account', { excludeAccounts: [A] }, [B, C], { [A]: 'excluded by excludeAccounts' }],
    ['an included unit and the units below it', { includeOrganizationalUnits: ['ou-prod'] }, [A, B], { [C]: OUTSIDE }],
    ['an included unit below', { includeOrganizationalUnits: ['ou-sub'] }, [B], { [A]: OUTSIDE, [C]: OUTSIDE }],
    ['an excluded unit', { excludeOrganizationalUnits: ['ou-sub'] }, [A, C], { [B]: 'excluded by excludeOrganizationalUnits' }],
    ['the root', { includeOrganizationalUnits: ['r-root'] }, [A, B, C], {}],
    ['an account beside a unit', { includeOrganizationalUnits: ['ou-test'], includeAccounts: [A] }, [A, C], { [B]: OUTSIDE }],
    [
      'exclusion before inclusion',
      { includeAccounts: [A, B], excludeAccounts: [A] },
      [B],
      { [A]: 'excluded by excludeAccounts', [C]: OUTSIDE },
    ],
    [
      'an excluded unit before an included account',
      { includeAccounts: [A], excludeOrganizationalUnits: ['ou-prod'] },
      [],
      { [A]: 'excluded by excludeOrganizationalUnits', [B]: 'excluded by excludeOrganizationalUnits', [C]: OUTSIDE },
    ],
    ['no unit by a part of its name', { includeOrganizationalUnits: ['ou-pro'] }, [], { [A]: OUTSIDE, [B]: OUTSIDE, [C]: OUTSIDE }],
  ])('knows %s', (_, scope, chosen, skipped) => {
    expect(select(all, scope)).toEqual({ chosen, skipped });
  });

  it.each([undefined, []])('with units is an error when AWS gives no path: %j', (Paths) => {
    expect(() => select([account(A, { Paths })], { excludeOrganizationalUnits: ['ou-x'] })).toThrow(
      `Organizations did not say which units account ${A} is in, and the settings include or exclude units`,
    );
  });

  it('names an included account that the organization does not have', () => {
    expect(select([prod], { includeAccounts: [A, B] })).toEqual({
      chosen: [A],
      skipped: { [B]: 'named in includeAccounts, but not in the organization' },
    });
  });
});

describe('a run for some accounts only', () => {
  it('leaves the others, with the reason', () => {
    expect(select([account(A), account(B)], {}, [B])).toEqual({ chosen: [B], skipped: { [A]: 'not among the accounts asked for' } });
  });

  it('does not widen the scope', () => {
    expect(select([account(A), account(B)], { excludeAccounts: [B] }, [B]).chosen).toEqual([]);
  });
});

it.each<[string, Account[], Partial<Scope>, string[] | undefined]>([
  ['not-asked-for', [account(A)], {}, [B]],
  ['excluded-account', [account(A)], { excludeAccounts: [A] }, undefined],
  ['excluded-unit', [account(A)], { excludeOrganizationalUnits: ['ou-prod'] }, undefined],
  ['not-included', [account(A)], { includeAccounts: [B] }, undefined],
  ['not-active', [account(A, { State: 'SUSPENDED' })], {}, undefined],
  ['not-in-organization', [], { includeAccounts: [A] }, undefined],
  [
    'management-account',
    [account(A, { Arn: `arn:aws:organizations::${A}:account/o-example/${A}` })],
    { skipManagementAccount: true },
    undefined,
  ],
])('programs tell by the code %s why an account is skipped', (code, accounts, scope, only) => {
  const { skipped } = selectFromOrganization(accounts, { ...ANYWHERE, ...scope }, only && new Set(only));
  expect(skipped.find((one) => one.account === A)?.code).toBe(code);
});

describe('refOf', () => {
  it('gives id, name and address', () => {
    expect(refOf(account(A))).toEqual({ id: A, name: 'account 1', email: `${A}@example.com` });
    expect(refOf({ Id: A })).toEqual({ id: A, name: A, email: '' });
    expect(refOf({ Id: A, Name: '', Email: '' })).toEqual({ id: A, name: A, email: '' });
  });

  it('refuses an account without an id', () => {
    expect(() => refOf({ Name: 'x' })).toThrow('Organizations listed an account without an id');
  });
});

describe('the management account', () => {
  const arn = (account: string): string => `arn:aws-us-gov:organizations::${B}:account/o-example/${account}`;
  const organization = [account(A, { Arn: arn(A) }), account(B, { Arn: arn(B) })];

  it('is rotated like any other where the deployment gave it the role', () => {
    expect(select(organization).chosen).toEqual([A, B]);
  });

  it('is skipped, with what to do about it, where it has no role', () => {
    expect(select(organization, { skipManagementAccount: true })).toEqual({
      chosen: [A],
      skipped: {
        [B]: 'it is the management account, where StackSets deploy no role; deploy the member template there and set managementAccount=rotate',
      },
    });
  });

  it('is not guessed: an account without ARN is an error', () => {
    expect(() => select([account(A)], { skipManagementAccount: true })).toThrow(
      `Organizations did not say the ARN of account ${A}, which names the management account`,
    );
  });
});
