import { inMinutes, policy } from '../../../helpers/facts';

it('turns the ages 90/100/110 into graces of ten calendar days', () => {
  expect(policy()).toMatchObject({
    rotate: { unit: 'days', days: 90 },
    disableGrace: { unit: 'days', days: 10 },
    deleteGrace: { unit: 'days', days: 10 },
    deleteAge: { unit: 'days', days: 110 },
    warn: [{ unit: 'days', days: 7 }],
    untold: 'wait',
    maxHold: { unit: 'days', days: 30 },
  });
});

it('turns minutes into exact times', () => {
  expect(inMinutes()).toMatchObject({
    rotate: { unit: 'exact', milliseconds: 1_200_000 },
    disableGrace: { unit: 'exact', milliseconds: 600_000 },
    deleteGrace: { unit: 'exact', milliseconds: 600_000 },
    deleteAge: { unit: 'exact', milliseconds: 2_400_000 },
  });
});

it.each([
  ['rotate', { rotate: '36h' }],
  ['disable', { disable: '2401h' }],
  ['delete', { delete: '2700h' }],
])('counts exactly everywhere as soon as %s is given in hours', (_, settings) => {
  const made = policy(settings);
  const units = [made.rotate, made.disableGrace, made.deleteGrace, made.deleteAge, ...made.warn, made.maxHold].map((period) => period.unit);
  expect(new Set(units)).toEqual(new Set(['exact']));
});

it('stays in calendar days when only the warning is given in hours', () => {
  expect(policy({ warn: '36h' })).toMatchObject({
    rotate: { unit: 'days', days: 90 },
    warn: [{ unit: 'exact', milliseconds: 129_600_000 }],
  });
});

it('keeps every warning time, the longest first, in whatever order they are given', () => {
  expect(policy({ warn: '1d,7d,3d' }).warn).toEqual([7, 3, 1].map((days) => ({ unit: 'days', days })));
});

it('hands the options through', () => {
  expect(policy({ untold: 'proceed', unusedKeys: 'retire', whileInUse: 'hold' })).toMatchObject({
    untold: 'proceed',
    unusedKeys: 'retire',
    whileInUse: 'hold',
  });
});
