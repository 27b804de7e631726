import { reportCount } from './kit/counts';
import { Histories } from './histories/check';

/** The same stories in every run, two with SAFETY=whole; `npm run test:soak` lives through others for as long as it is asked to. */
const SEED = 20_261_130;
const STORIES = process.env['SAFETY'] === 'whole' ? 2 : 1;
/** A failing story costs about as much again; `npm run test:soak -- --seed` with its seed makes it shorter still. */
const SHORTEN_FOR_DAYS = 2_700;

let histories: Histories;
beforeAll(async () => {
  histories = await Histories.open();
});
afterAll(async () => {
  await histories.stop();
});

it('in random years no never-rule is broken, and afterwards everybody becomes compliant in the policy’s own time', async () => {
  const { survived, failure } = await histories.check(SEED, STORIES, { shortenForDays: SHORTEN_FOR_DAYS });
  reportCount('random days', survived.days);
  reportCount('faults in random days', survived.faults + survived.deaths);
  expect(failure).toBeUndefined();
});
