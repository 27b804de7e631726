import { once } from '../../../lambda/shared/once';

it('makes nothing before it is asked', () => {
  const make = jest.fn();
  once(make);
  expect(make).not.toHaveBeenCalled();
});

it.each([
  ['a thing', {}],
  ['nothing', undefined],
])('gives the same every time, and makes it once: %s', (_, made) => {
  const make = jest.fn(() => made);
  const given = once(make);
  expect(given()).toBe(made);
  expect(given()).toBe(made);
  expect(make).toHaveBeenCalledTimes(1);
});

it('tries again when nothing could be made', () => {
  const make = jest
    .fn()
    .mockImplementationOnce(() => {
      throw new Error('not now');
    })
    .mockReturnValue('made');
  const given = once(make);
  expect(given).toThrow('not now');
  expect(given()).toBe('made');
});
