import { settingRows } from '../../../lib/settings/table';

it('tells every setting with its meaning and its default', () => {
  const rows = settingRows();
  expect(rows.filter(({ meaning }) => !/^[A-Z].+\.$/.test(meaning))).toEqual([]);
  expect(rows.filter((row) => row.default === 'required').map(({ name }) => name)).toEqual(['sender']);
  expect(rows.filter(({ takes }) => takes === '' || takes.endsWith('each member '))).toEqual([]);
  expect(rows.find(({ name }) => name === 'subnetIds')?.takes).toBe('a list; each member a subnet id, such as subnet-0a1b2c3d4e5f67890');
  expect(rows.find(({ name }) => name === 'dryRun')).toMatchObject({ default: 'true' });
  expect(rows.find(({ name }) => name === 'rotate')).toMatchObject({ default: '"90d"' });
  expect(rows.find(({ name }) => name === 'replyTo')).toMatchObject({ default: '' });
});
