import { packageOf, packageTable, packagesOf, sizeTable } from '../../../../demo/bench/parts/bundles';

describe('what is in a bundle', () => {
  it.each([
    ['lambda/rotator/index.ts', '(this project)'],
    ['node_modules/zod/v4/core.js', 'zod'],
    ['node_modules/@smithy/core/dist-es/index.js', '@smithy/core'],
    ['node_modules/@aws-sdk/client-iam/node_modules/@smithy/types/index.js', '@smithy/types'],
  ])('%s belongs to %s', (path, name) => {
    expect(packageOf(path)).toBe(name);
  });

  it('is summed up by package', () => {
    expect(packagesOf({ 'lambda/a.ts': 1, 'lambda/b.ts': 2, 'node_modules/zod/a.js': 3 })).toEqual({ '(this project)': 3, zod: 3 });
  });

  it('is shown by weight over all functions, a function without the package left empty', () => {
    const { head, rows } = packageTable([
      { name: 'a', minified: 3_072, gzipped: 1_024, packages: { zod: 1_024, other: 512 } },
      { name: 'b', minified: 2_048, gzipped: 512, packages: { other: 2_048 } },
    ]);
    expect(head).toEqual(['package', 'a', 'b']);
    expect(rows).toEqual([
      ['other', '0.5 KiB', '2.0 KiB'],
      ['zod', '1.0 KiB', ''],
      ['0 others', '', ''],
    ]);
  });

  it('is measured minified and compressed', () => {
    expect(sizeTable([{ name: 'a', minified: 3_072, gzipped: 1_024, packages: {} }]).rows).toEqual([['a', '3.0 KiB', '1.0 KiB']]);
  });
});
