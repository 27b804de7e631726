import { REPORTER_COMBINATIONS, ReporterTrial } from './answers/reporting';
import { reportCount } from './kit/counts';

describe('reporting a run, whatever AWS answers', () => {
  let trial: ReporterTrial | undefined;
  let tried = 0;
  beforeAll(async () => {
    trial = await ReporterTrial.begin();
  });
  afterAll(async () => {
    await trial?.stop();
    reportCount('fault combinations', tried);
  });

  test.each(REPORTER_COMBINATIONS.map((one) => [one.title, one] as const))(
    '%s: the run is reported once AWS answers again',
    async (_, combination) => {
      tried += 1;
      expect(await trial?.judge(combination)).toEqual([]);
    },
  );
});
