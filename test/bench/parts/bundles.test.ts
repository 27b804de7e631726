import { packageOf, packageTable, refuseOther, sizeTable } from '../../../sandbox/bench/parts/bundles';

describe('what is in a bundle', () => {
  it.each([
    ['lambda/rotator/index.ts', '(this project)'],
    ['node_modules/zod/v4/core.js', 'zod'],
    ['node_modules/@smithy/core/dist-es/index.js', '@smithy/core'],
    ['node_modules/@aws-sdk/client-iam/node_modules/@smithy/types/index.js', '@smithy/types'],
  ])('%s belongs to %s', (path, name) => {
    expect(packageOf(path)).toBe(name);
  });

  it('is refused when something else is deployed', () => {
    expect(() => {
      refuseOther('rotator', { zod: 900 }, 1_000);
    }).toThrow('rotator: 900 bytes were weighed, but 1000 are deployed');
    expect(() => {
      refuseOther('rotator', { zod: 900, other: 95 }, 1_000);
    }).not.toThrow();
  });

  it('is shown by weight over all functions, a function without the package left empty', () => {
    const { head, rows } = packageTable([
      { name: 'a', minified: 3_072, gzipped: 1_024, sourceMap: 0, packages: { zod: 1_024, other: 512 } },
      { name: 'b', minified: 2_048, gzipped: 512, sourceMap: 2_048, packages: { other: 2_048 } },
    ]);
    expect(head).toEqual(['package', 'a', 'b']);
    expect(rows).toEqual([
      ['other', '0.5 KiB', '2.0 KiB'],
      ['zod', '1.0 KiB', ''],
      ['0 others', '', ''],
    ]);
  });

  it('is measured minified, compressed, and with its map when there is one', () => {
    const bundle = { name: 'a', minified: 3_072, gzipped: 1_024, sourceMap: 0, packages: {} };
    expect(sizeTable([bundle, { ...bundle, sourceMap: 2_048 }]).rows).toEqual([
      ['a', '3.0 KiB', '1.0 KiB', 'none'],
      ['a', '3.0 KiB', '1.0 KiB', '2.0 KiB'],
    ]);
  });
});
