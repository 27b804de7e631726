import { basename } from 'node:path';
import { lockOf, placesOf, privateFileOf, sharedLockOf } from '../../../cli/credentials/places';

it('looks where the SDKs look', () => {
  expect(placesOf({}, '/home/me')).toEqual({
    credentials: '/home/me/.aws/credentials',
    config: '/home/me/.aws/config',
    own: '/home/me/.aws/iam-keys',
  });
  expect(placesOf({ AWS_SHARED_CREDENTIALS_FILE: '/a', AWS_CONFIG_FILE: '/b' }, '/home/me')).toMatchObject({
    credentials: '/a',
    config: '/b',
  });
});

it.each(['web', 'with space', '../../etc/passwd', 'a/b', 'a:b*c?', 'ärger', '.', 'shared files'])(
  'keeps the profile %j in one file of its own',
  (profile) => {
    const path = privateFileOf('/own', profile);
    expect(path).toBe(`/own/${basename(path)}`);
    expect(basename(path)).toMatch(/^[\w.%~!'()-]+\.json$/);
    expect(lockOf('/own', profile)).not.toBe(sharedLockOf('/own'));
  },
);
