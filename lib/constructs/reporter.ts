import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { namesOf } from '../settings/names';
import { reporterVariables } from '../settings/variables';
import { EVIDENCE, REPORTS, RUNS } from '../../lambda/runs/run-keys';
import { RotationFunction } from './rotation-function';
import { AS_ES256 } from '../permissions/key-policy';
import { maySendMail } from '../permissions/mail-permissions';
import type { Permission } from '../permissions/permissions';
import type { EvidenceKey } from './evidence-key';
import { mayAnnounce, RESULT_NAMES, type FunctionContext } from './function-context';

/** What the reporter needs beyond what the functions share. */
export interface ReporterProps extends FunctionContext {
  /** Absent when evidence is not signed, or by a key of the organization's own. */
  evidenceKey: EvidenceKey | undefined;
}

/** Turns the results of a run into its summary and tells the administrator. */
export class Reporter extends RotationFunction {
  constructor(scope: Construct, id: string, { settings, results, evidenceKey, ...props }: ReporterProps) {
    const ownKey = typeof settings.evidenceKey === 'string' ? settings.evidenceKey : undefined;
    const { reporter, templates, configurationSet } = namesOf(settings);
    super(scope, id, {
      ...props,
      entry: 'reporter',
      name: reporter,
      description: 'Reports the results of rotation runs',
      timeout: Duration.minutes(15),
      memoryMb: 512,
      variables: reporterVariables(settings, { resultsBucket: results.bucketName, evidenceKey: ownKey ?? evidenceKey?.arn }),
      permissions: [
        {
          sid: 'ListResults',
          why: 'Finds the runs that are not reported yet, and the accounts that answered.',
          actions: ['s3:ListBucket'],
          resources: [results.bucketArn],
          conditions: { StringLike: { 's3:prefix': [`${RUNS}*`, `${REPORTS}*`, `${EVIDENCE}*`] } },
        },
        {
          sid: 'ReadAndStoreResults',
          why: 'Reads the answers of a run and the history of all, and stores its summary and its report.',
          actions: ['s3:GetObject', 's3:PutObject'],
          resources: [RUNS, REPORTS].map((folder) => results.arnForObjects(`${folder}*`)),
          wildcard: RESULT_NAMES,
        },
        {
          sid: 'ProveResults',
          why: 'Reads the end of the evidence chain and adds to it; the bucket lets nobody replace or delete an entry.',
          actions: ['s3:GetObject', 's3:PutObject'],
          resources: [results.arnForObjects(`${EVIDENCE}*`)],
          wildcard: 'Entries are named by their numbers.',
        },
        ...(ownKey === undefined ? [] : [maySign(ownKey)]),
        maySendMail(Stack.of(scope), { sender: settings.sender, templates: [templates.summary], configurationSet }),
        mayAnnounce(Stack.of(scope), 'that a run is reported, and which accounts never answered,'),
      ],
    });
    evidenceKey?.letSign(this.role);
  }
}

const maySign = (key: string): Permission => ({
  sid: 'SignEvidence',
  why: 'Signs each entry of the evidence chain by the key that the settings name.',
  actions: ['kms:Sign'],
  resources: [key],
  conditions: AS_ES256,
});
