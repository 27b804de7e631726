/** An event of SES as EventBridge delivers it: https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html */
export const sesEvent = (detail: { eventType: string; [particulars: string]: unknown }, mail: object = {}): object => ({
  version: '0',
  id: '11111111-2222-3333-4444-555555555555',
  'detail-type': 'Email Rejected',
  source: 'aws.ses',
  account: '111122223333',
  time: '2026-01-05T02:00:05Z',
  region: 'eu-west-1',
  resources: ['arn:aws:ses:eu-west-1:111122223333:configuration-set/iam-key-rotation'],
  detail: {
    mail: {
      timestamp: '2026-01-05T02:00:01.000Z',
      source: 'rotation@example.com',
      sendingAccountId: '111122223333',
      messageId: '0100-m1',
      destination: ['owner@acme.example'],
      headersTruncated: false,
      headers: [],
      commonHeaders: {},
      tags: { account: ['222233334444'], 'ses:configuration-set': ['iam-key-rotation'] },
      ...mail,
    },
    ...detail,
  },
});
