import { billedSeconds, DAYS, daysWithSecret, DEFAULTS, monthlyCosts, peerCosts, sum, type CostBasis } from '../../../demo/bench/costs';
import { billTable, settingsTable } from '../../../demo/bench/parts/costs';
import { PRICES } from '../../../demo/bench/prices';

const nothing = { busy: 0, waiting: 0 };
const basis: CostBasis = {
  memory: { orchestrator: 1_024, rotator: 1_024, reporter: 1_024 },
  quiet: nothing,
  cycle: { ...nothing, secretCalls: 0, secretWrites: 0, events: 0, logBytes: 0 },
  orchestrator: nothing,
  reporter: nothing,
  resultBytes: 0,
  logBytes: 0,
  metrics: 0,
  alarms: 0,
};
const line = (lines: readonly { item: string; dollars: number }[], item: string): number =>
  lines.find((one) => one.item === item)?.dollars ?? NaN;

describe('billed time', () => {
  it('is work at the function’s share of a vCPU, and waiting as it is', () => {
    expect(billedSeconds({ busy: 100, waiting: 600 }, 1_769)).toBeCloseTo(0.6);
    expect(billedSeconds({ busy: 100, waiting: 600 }, 1_769 / 2)).toBeCloseTo(0.7);
  });

  it('is never less than the work, nor faster with more than one vCPU', () => {
    expect(billedSeconds({ busy: 100, waiting: 90 }, 10_240)).toBeCloseTo(0.1);
  });
});

describe('a month’s bill', () => {
  it('has a secret per user', () => {
    expect(line(monthlyCosts(basis, 10, 20), 'Secrets Manager: secrets')).toBeCloseTo(200 * PRICES.secret.dollars);
  });

  it('has the memory-seconds of a run per account and day', () => {
    const bill = monthlyCosts({ ...basis, quiet: { busy: 0, waiting: 2_000 } }, 10, 20);
    expect(line(bill, 'Lambda: GB-seconds')).toBeCloseTo(10 * DAYS * 2 * PRICES.lambdaArm.dollars, 10);
  });

  it('has one rotation of each key in 90 days', () => {
    const bill = monthlyCosts({ ...basis, cycle: { ...basis.cycle, secretCalls: 6 } }, 90, 10);
    expect(line(bill, 'Secrets Manager: calls')).toBeCloseTo(10 * DAYS * 6 * PRICES.secretCall.dollars, 10);
  });

  it('has metrics and alarms once, whatever the number of accounts', () => {
    const of = (accounts: number): number =>
      line(monthlyCosts({ ...basis, metrics: 3, alarms: 2 }, accounts, 20), 'CloudWatch: metrics and alarms');
    expect(of(1)).toBeCloseTo(1.1);
    expect(of(10_000)).toBeCloseTo(1.1);
  });

  it('is summed up in the table, with and without the secrets, beside the other way', () => {
    const { head, rows } = billTable({ ...basis, metrics: 10 }, [100, 1_000]);
    expect(head).toEqual(['', '100 accounts', '1,000 accounts']);
    const cells = new Map(rows.map(([label, ...amounts]) => [label, amounts]));
    expect(cells.get('Secrets Manager: secrets')).toEqual(['$800', '$8,000']);
    const bill = monthlyCosts({ ...basis, metrics: 10 }, 100, 20);
    expect(cells.get('in total')?.[0]).toBe(`$${Math.round(sum(bill))}`);
    expect(cells.get('in total without the secrets themselves')?.[0]).toBe(`$${(sum(bill) - 800).toFixed(2)}`);
    expect(cells.get('asking about every user, without the secrets themselves')?.[0]).toBe(
      `$${(sum(peerCosts(100, 20)) - 800).toFixed(2)}`,
    );
  });
});

describe('what settings change', () => {
  const central = { ...DEFAULTS, secretStore: 'central' } as const;
  const secrets = (settings = DEFAULTS): number => line(monthlyCosts(basis, 1_000, 20, settings), 'Secrets Manager: secrets');

  it('is no bill of KMS or X-Ray by default', () => {
    const items = monthlyCosts(basis, 10, 20).map(({ item }) => item);
    expect(items).not.toContain('KMS');
    expect(items).not.toContain('X-Ray');
  });

  it('is the key of the central store, and two requests for each write', () => {
    const bill = monthlyCosts({ ...basis, cycle: { ...basis.cycle, secretWrites: 2 } }, 90, 10, central);
    expect(line(bill, 'KMS')).toBeCloseTo(1 + 10 * DAYS * 4 * 0.000003, 10);
    expect(secrets(central)).toBeCloseTo(8_000);
  });

  it('is a secret more per user and replica region, and a key there for the central store', () => {
    expect(secrets({ ...DEFAULTS, replicaRegions: 2 })).toBeCloseTo(24_000);
    const abroad = { ...central, replicaRegions: 2 };
    expect([secrets(abroad), line(monthlyCosts(basis, 1_000, 20, abroad), 'KMS')]).toEqual([expect.closeTo(24_000), expect.closeTo(3)]);
  });

  it.each([
    ['7d', 27],
    ['30d', 50],
    ['60d', 80],
    ['365d', 90],
  ])('is a secret that exists, with deleteSecretAfter=%s, for %d of 90 days', (deleteSecretAfter, days) => {
    expect(daysWithSecret(deleteSecretAfter)).toBe(days);
    expect(secrets({ ...DEFAULTS, deleteSecretAfter })).toBeCloseTo((8_000 * days) / 90);
  });

  it('is a trace of each invocation at most', () => {
    expect(line(monthlyCosts(basis, 998, 20, { ...DEFAULTS, tracing: true }), 'X-Ray')).toBeCloseTo(1_000 * DAYS * 0.000005, 10);
  });

  it('is in a table, one by one and all together', () => {
    const { head, rows } = settingsTable(basis, [1_000]);
    expect(head).toEqual(['setting', 'with A accounts of U users', '1,000 accounts']);
    expect(rows.map(([, , amount]) => amount)).toEqual(['$1.00', '$8,000', '$8,001', '−$3,556', '$0.15', '$13,349']);
  });
});

it.each(Object.values(PRICES))('$text has the page of AWS that it comes from', ({ dollars, page }) => {
  expect(dollars).toBeGreaterThan(0);
  expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z0-9-]+\/pricing\/$/);
});
