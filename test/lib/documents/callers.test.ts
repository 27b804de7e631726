import { callersOf } from '../../../lib/documents/callers';

it.each([
  ['iam:CreateAccessKey', 'rotator', ['lambda/core/act/issue-key.ts']],
  ['s3:ListBucket', 'reporter', ['lambda/runs/list-objects.ts']],
  ['organizations:ListAccounts', 'orchestrator', ['lambda/orchestrator/orchestrate.ts']],
])('finds the code that needs %s in the function %s', (action, entry, files) => {
  expect(callersOf(action, entry)).toEqual(files);
});

it('refuses an action that no code of the function calls, though another function does', () => {
  expect(() => callersOf('iam:CreateAccessKey', 'reporter')).toThrow(
    'iam:CreateAccessKey is granted, but no file of the function reporter makes the call CreateAccessKey',
  );
});
