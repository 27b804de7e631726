import {
  stopsCallingAt,
  stopsLookingUpAt,
  stopsMailingAt,
  stopsPublishingAt,
  stopsRecordingAt,
  stopsSweepingAt,
  stopsWorkingAt,
} from '../../../lambda/rotator/deadlines';
import { NOW } from '../../helpers/facts';

const endsAt = new Date(NOW.getTime() + 900_000);
/** What a call that was begun may take to fail. */
const CALL_MS = 15_000;

it('each phase of an invocation ends a call’s time before the next one', () => {
  const phases = [stopsWorkingAt, stopsCallingAt, stopsMailingAt, stopsRecordingAt].map((stops) => stops({ endsAt }).getTime());
  phases.push(endsAt.getTime());
  for (const [index, at] of phases.slice(1).entries()) expect(at - phases[index]!).toBeGreaterThanOrEqual(CALL_MS);
});

it('the last events may fail before the end', () => {
  expect(endsAt.getTime() - stopsPublishingAt({ endsAt }).getTime()).toBeGreaterThanOrEqual(CALL_MS);
});

it('a sweep takes half of the time in which users are begun', () => {
  const stops = stopsSweepingAt({ endsAt }, NOW).getTime();
  expect(stops - NOW.getTime()).toBe(stopsWorkingAt({ endsAt }).getTime() - stops);
});

it('looking up who uses keys takes three minutes at most, and ends long enough before mails are sent', () => {
  expect(stopsLookingUpAt({ endsAt }, NOW).getTime() - NOW.getTime()).toBe(180_000);
  const late = stopsLookingUpAt({ endsAt }, new Date(endsAt.getTime() - 200_000));
  expect(stopsMailingAt({ endsAt }).getTime() - late.getTime()).toBeGreaterThanOrEqual(4 * CALL_MS);
});
