import { problem } from '../../../cli/doctor/finding';
import type { Offer } from '../../../cli/doctor/fix';
import { showEnd, tellOn } from '../../../cli/doctor/show-fix';

const sender = problem('sender', 'SES knows it not', 'create it');
const offer = (more: Partial<Offer>): Offer => ({ check: 'sender', action: 'ses:Do', input: {}, changes: '', outcome: 'done', ...more });

it('names a repair before it is asked about', () => {
  let told = '';
  const { offered } = tellOn({ write: (text: unknown) => ((told += String(text)), true) });
  const repair = { action: 'ses:Do', input: { A: 'b', C: 'd' }, changes: 'AWS sends a mail', make: jest.fn(), again: jest.fn() };
  offered(sender, repair, '1 of 2');
  expect(told).toBe('\nRepair 1 of 2: sender: SES knows it not\n     Changes: AWS sends a mail.\n     Call: ses:Do A=b C=d\n');
});

it.each<[Partial<Offer>, string]>([
  [{ outcome: 'done' }, '     done; sender now: SES knows it not\n     → create it\n'],
  [{ outcome: 'failed', detail: 'AccessDenied: no', next: 'ask for it' }, '     failed: AccessDenied: no\n     → ask for it\n'],
  [{ outcome: 'declined' }, '     not done\n'],
  [{ outcome: 'dry run' }, '     not called: --dry-run\n'],
  [{ outcome: 'not asked' }, '     not called: nobody was asked\n'],
])('tells what became of %j', (more, text) => {
  let told = '';
  tellOn({ write: (part: unknown) => ((told += String(part)), true) }).answered(offer(more), sender);
  expect(told).toBe(text);
});

it.each<[Offer[], string]>([
  [[], 'There is nothing here that --fix could repair.'],
  [[offer({ outcome: 'declined' }), offer({ outcome: 'failed' })], 'Nothing was changed.'],
  [[offer({ outcome: 'declined' }), offer({})], 'Now: 1 problem.'],
])('ends %j', (offers, text) => {
  expect(showEnd({ offers, checks: [] }, { checks: [sender], accounts: [] })).toContain(text);
});
