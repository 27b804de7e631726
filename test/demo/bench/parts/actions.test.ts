import { actionTable } from '../../../../demo/bench/parts/actions';

it('sums reads and writes up, by what the call does', () => {
  const { head, rows } = actionTable([
    { step: 'issued', calls: { 'iam:CreateAccessKey': 1, 'iam:ListUserTags': 2, 'events:PutEvents': 0.1 } },
    { step: 'deleted', calls: { 'iam:DeleteAccessKey': 1 } },
  ]);
  expect(head).toEqual(['call', 'issued', 'deleted']);
  expect(rows).toEqual([
    ['events:PutEvents', '0.1', '0'],
    ['iam:CreateAccessKey', '1', '0'],
    ['iam:DeleteAccessKey', '0', '1'],
    ['iam:ListUserTags', '2', '0'],
    ['reads', '2', '0'],
    ['writes', '1.1', '1'],
    ['in total', '3.1', '1'],
  ]);
});
