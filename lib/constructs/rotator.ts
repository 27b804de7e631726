import { Duration, Stack } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { CHECKS, INTENTS, MEMORY, RUNS, TICKS, UNDELIVERED } from '../../lambda/runs/run-keys';
import { namesOf } from '../settings/names';
import { rotatorVariables } from '../settings/variables';
import { RotationFunction } from './rotation-function';
import type { Permission } from '../permissions/permissions';
import type { SecretsKey } from './secrets-key';
import { mayStoreKeys } from '../permissions/secret-permissions';
import type { Settings } from '../settings/fields';
import { maySendMail } from '../permissions/mail-permissions';
import { mayAnnounce, mayWriteResults, type FunctionContext } from './function-context';

/** What the rotator needs beyond what the functions share. */
export interface RotatorProps extends FunctionContext {
  /** Absent when secrets live in the accounts of their users. */
  secretsKey: SecretsKey | undefined;
  /** ARN of the role by which the key API reads secrets; absent without one. */
  keyApiReader: string | undefined;
  /** Absent when the accounts are known without an organization. */
  organizationId: string | undefined;
}

/**
 * Rotates the keys of one account: assumes the member role there, and tells people what was done. With a central store it stores the new
 * keys in its own account.
 */
export class Rotator extends RotationFunction {
  constructor(scope: Construct, id: string, { settings, results, secretsKey, keyApiReader, organizationId, ...props }: RotatorProps) {
    const stack = Stack.of(scope);
    const { rotator, memberRole, templates, configurationSet, readerPolicy } = namesOf(settings);
    const centralStore = secretsKey && { key: secretsKey.arn, readerPolicy: `${readerPolicy}-${secretsKey.id}` };
    super(scope, id, {
      ...props,
      entry: 'rotator',
      name: rotator,
      description: 'Rotates the access keys of one account',
      timeout: Duration.minutes(15),
      memoryMb: 512,
      variables: rotatorVariables(settings, { resultsBucket: results.bucketName, centralStore, keyApiReader }),
      permissions: [
        mayAssumeMemberRole(stack, settings, { role: memberRole, organizationId }),
        ...(centralStore
          ? mayStoreKeys(stack, {
              account: '*',
              deletes: settings.deleteSecretAfter !== undefined,
              replicaRegions: settings.replicaRegions,
              elsewhere: true,
              tags: settings.tags,
            })
          : []),
        maySendMail(stack, { sender: settings.sender, templates: [templates.digest, templates['digest-audit']], configurationSet }),
        {
          sid: 'AskWhoGetsNoMail',
          why: 'Asks whether SES delivers nothing any more to somebody who was written to, after a bounce or a complaint; the list has no ARN.',
          actions: ['ses:GetSuppressedDestination'],
          resources: ['*'],
          wildcard: 'The suppression list is the account’s own, and has no ARN.',
        },
        mayWriteResults(results, [RUNS, CHECKS, ...(settings.policies ? [TICKS] : [])]),
        ...mayRemember(results),
        mayAnnounce(stack, 'actions, overdue keys and failures'),
      ],
    });
    secretsKey?.letWrite(this.role);
  }
}

/** Without listing, an object that is absent looks like one that may not be read. */
function mayRemember(results: Bucket): Permission[] {
  const prefixes = [MEMORY, INTENTS].map((prefix) => `${prefix}*`);
  return [
    {
      sid: 'Remember',
      why: 'Remembers per account what people were told and when keys were made, and records each key that it is about to make; that can hold a step back and never permits one by itself.',
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: prefixes.map((prefix) => results.arnForObjects(prefix)),
      wildcard: 'One object per account, and one per key that is made.',
    },
    {
      sid: 'LearnWhatWasNotDelivered',
      why: 'Reads which of its mails SES did not deliver, so that what they told counts as told to nobody; it cannot write that.',
      actions: ['s3:GetObject'],
      resources: [results.arnForObjects(`${UNDELIVERED}*`)],
      wildcard: 'One object per mail that was not delivered.',
    },
    {
      sid: 'LearnThatNothingIsRemembered',
      why: 'Tells a memory or a record that does not exist from one that cannot be read, and finds the mails that were not delivered.',
      actions: ['s3:ListBucket'],
      resources: [results.bucketArn],
      conditions: { StringLike: { 's3:prefix': [...prefixes, `${UNDELIVERED}*`] } },
    },
  ];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceorgid */
function mayAssumeMemberRole(
  stack: Stack,
  { deployment, accounts }: Settings,
  { role, organizationId }: { role: string; organizationId: string | undefined },
): Permission {
  const arn = (account: string): string => stack.formatArn({ service: 'iam', region: '', account, resource: 'role', resourceName: role });
  const take = {
    sid: 'AssumeMemberRole',
    why: 'Works in the account it was invoked for; all rights in IAM and Secrets Manager come from the role there.',
    actions: ['sts:AssumeRole'],
  };
  switch (deployment) {
    case 'single':
      return { ...take, resources: [arn(stack.account)] };
    case 'list':
      return { ...take, resources: accounts.map(({ id }) => arn(id)) };
    case 'management':
    case 'delegated':
      return {
        ...take,
        resources: [arn('*')],
        conditions: { StringEquals: { 'aws:ResourceOrgID': organizationId } },
        wildcard: "One role of this name per member account; each role's trust policy admits this function of this organization only.",
      };
  }
}
