import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { namesOf } from '../settings/names';
import { reporterVariables } from '../settings/variables';
import { REPORTS, RUNS } from '../../lambda/runs/run-keys';
import { RotationFunction } from './rotation-function';
import { maySendMail } from '../permissions/mail-permissions';
import { mayAnnounce, RESULT_NAMES, type FunctionContext } from './function-context';

/** Turns the results of a run into its summary and tells the administrator. */
export class Reporter extends RotationFunction {
  constructor(scope: Construct, id: string, { settings, results, ...props }: FunctionContext) {
    const { reporter, templates, configurationSet } = namesOf(settings);
    super(scope, id, {
      ...props,
      entry: 'reporter',
      name: reporter,
      description: 'Reports the results of rotation runs',
      timeout: Duration.minutes(15),
      memoryMb: 512,
      variables: reporterVariables(settings, { resultsBucket: results.bucketName }),
      permissions: [
        {
          sid: 'ListResults',
          why: 'Finds the runs that are not reported yet, and the accounts that answered.',
          actions: ['s3:ListBucket'],
          resources: [results.bucketArn],
          conditions: { StringLike: { 's3:prefix': [`${RUNS}*`, `${REPORTS}*`] } },
        },
        {
          sid: 'ReadAndStoreResults',
          why: 'Reads the answers of a run and the history of all, and stores its summary and its report.',
          actions: ['s3:GetObject', 's3:PutObject'],
          resources: [RUNS, REPORTS].map((folder) => results.arnForObjects(`${folder}*`)),
          wildcard: RESULT_NAMES,
        },
        maySendMail(Stack.of(scope), { sender: settings.sender, templates: [templates.summary], configurationSet }),
        mayAnnounce(Stack.of(scope), 'that a run is reported, and which accounts never answered,'),
      ],
    });
  }
}
