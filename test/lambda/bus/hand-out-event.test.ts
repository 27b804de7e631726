import { handOutEvent } from '../../../lambda/bus/hand-out-event';
import { EVENT_SOURCE } from '../../../lambda/shared/names';
import { wrongWith } from '../../helpers/bus-events';
import { ACCOUNT, NEW, NOW } from '../../helpers/facts';

it('tells all that the schema has, by its name and version', () => {
  const told = {
    id: 'request-1',
    at: NOW.toISOString(),
    account: ACCOUNT,
    user: 'alice',
    keyId: NEW,
    client: 'billing',
    route: 'session',
    expiresAt: NOW.toISOString(),
    tokenId: 'token-1',
    sourceIp: '198.51.100.7',
  } as const;
  const { detailType, detail } = handOutEvent(told);
  expect([detailType, detail]).toEqual(['access key handed out', { version: 1, ...told }]);
  expect(wrongWith({ source: EVENT_SOURCE, detailType, detail: JSON.stringify(detail) })).toBeUndefined();
});
