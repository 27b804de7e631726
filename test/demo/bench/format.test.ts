import { dollars, duration, kibibytes, mebibytes, spread, times, whole } from '../../../demo/bench/format';

describe('figures', () => {
  it.each([
    [whole(1_234_567.8), '1,234,568'],
    [duration(87.4), '87 ms'],
    [duration(999.6), '1.00 s'],
    [duration(1_523), '1.52 s'],
    [duration(12_345), '12.3 s'],
    [duration(123_456), '123 s'],
    [mebibytes(2 ** 20), '1.0 MiB'],
    [mebibytes(300 * 2 ** 20), '300 MiB'],
    [kibibytes(1_536), '1.5 KiB'],
    [kibibytes(1_048_576), '1024 KiB'],
    [dollars(0.004), '$0.00'],
    [dollars(12.345), '$12.35'],
    [dollars(80_000), '$80,000'],
    [dollars(-3_555.56), '−$3,556'],
    [dollars(-3.5), '−$3.50'],
    [times(304, 4), '76 ×'],
    [times(3, 2), '1.5 ×'],
    [spread({ median: 20, least: 10, most: 1_500 }), '20 ms (10 ms – 1.50 s)'],
    [spread({ median: 20, least: 20, most: 20 }), '20 ms'],
  ])('%s', (shown, expected) => {
    expect(shown).toBe(expected);
  });
});
