import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { mockClient } from 'aws-sdk-client-mock';
import { openTrail } from '../../../lambda/shared/cloudtrail';
import { callsOf } from '../../helpers/aws';

const trail = mockClient(CloudTrailClient);

it('asks CloudTrail what it is asked, watched by everybody who wants to, and gives its answer', async () => {
  trail.on(LookupEventsCommand).resolves({ Events: [{ EventName: 'GetUser' }], NextToken: 'more' });
  const watches = [{ watch: jest.fn() }, { watch: jest.fn() }];
  const history = openTrail({ region: 'eu-west-1' }, watches);
  await expect(history.lookUp({ MaxResults: 1 })).resolves.toEqual({ Events: [{ EventName: 'GetUser' }], NextToken: 'more' });
  expect(callsOf(trail)).toMatchObject([{ input: { MaxResults: 1 } }]);
  for (const { watch } of watches) expect(watch).toHaveBeenCalledWith(expect.any(CloudTrailClient));
});
