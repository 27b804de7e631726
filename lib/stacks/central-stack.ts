import { CfnOutput, CfnRule, Fn, Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alarms } from '../constructs/alarms';
import { Alerts } from '../constructs/alerts';
import { delegationPolicy } from '../constructs/delegation-policy';
import { EvidenceKey } from '../constructs/evidence-key';
import { KeyApi } from '../constructs/key-api/key-api';
import { FailedQueue } from '../constructs/failed-queue';
import { applyOrganizationStandards } from '../constructs/organization-standards';
import { Mail } from '../constructs/mail';
import { MailEvents } from '../constructs/mail-events';
import { MemberResources } from '../constructs/member-resources';
import { MemberStackSet } from './member-stack-set';
import { networkOf } from '../constructs/network';
import { Orchestrator } from '../constructs/orchestrator';
import { Organization } from '../constructs/organization';
import { Overview } from '../constructs/overview';
import { Reporter } from '../constructs/reporter';
import { ResultsBucket } from '../constructs/results-bucket';
import { Rotator } from '../constructs/rotator';
import { Schedules } from '../constructs/schedules';
import { SecretsKey } from '../constructs/secrets-key';
import { memberOf } from './member-stack';
import type { Settings } from '../settings/fields';
import { namesOf, policyScheduleName, SETTINGS_METADATA } from '../settings/names';
import { hasReplicaKeys } from './replica-key-stack';
import { longestPause } from '../../lambda/shared/schedule';
import { runsDaily } from '../settings/schedule';

/** Everything that one deployment makes: what runs in this account, and, in an organization, the StackSet that reaches all others. */
export class CentralStack extends Stack {
  constructor(scope: Construct, id: string, { settings }: { settings: Settings }) {
    super(scope, id, { description: 'Rotates the access keys of all IAM users of an AWS Organization', analyticsReporting: false });
    this.templateOptions.metadata = { [SETTINGS_METADATA]: settings };
    this.warnOfExampleSender(settings.sender);
    this.refuseOwnRegion(settings.replicaRegions);
    const names = namesOf(settings);
    const { deployment } = settings;

    const failedQueue = new FailedQueue(this, 'FailedQueue', { name: names.failedQueue });
    const results = new ResultsBucket(this, 'Results', {
      retentionDays: settings.resultRetentionDays,
      hasPolicies: settings.policies !== undefined,
    });
    const { logRetentionDays: logRetention, tracing } = settings;
    const shared = { settings, logRetention, tracing, network: networkOf(settings) };
    const context = { ...shared, results, failedQueue };
    const member = memberOf(settings);
    const organization = member.inOrganization
      ? new Organization(this, 'Organization', { functionName: names.organizationFacts, ...context })
      : undefined;
    const organizationId = organization?.organizationId;
    const secretsKey = member.centralStore ? this.secretsKey(settings, organizationId) : undefined;
    const secretsKeyArn = secretsKey?.arn;
    const keyApi =
      settings.keyApi && secretsKey ? new KeyApi(this, 'KeyApi', { ...shared, keyApi: settings.keyApi, secretsKey }) : undefined;
    const keyApiReader = keyApi && this.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: names.keyApi });
    const rotator = new Rotator(this, 'Rotator', { ...context, secretsKey, keyApiReader, organizationId });
    const orchestrator = new Orchestrator(this, 'Orchestrator', { ...context, rotator: rotator.function, organizationId });
    const evidenceKey = settings.evidenceKey === true ? new EvidenceKey(this, 'Evidence') : undefined;
    const reporter = new Reporter(this, 'Reporter', { ...context, evidenceKey });

    const trusted = { rotatorRoleArn: rotator.role.roleArn };
    if (deployment === 'management')
      new MemberResources(this, 'ManagementAccount', { ...member, ...trusted, organizationId, secretsKeyArn });
    if (deployment === 'single') new MemberResources(this, 'OwnAccount', { ...member, ...trusted });
    if (organization) {
      const { organizationId, rootId } = organization;
      const delegated = deployment === 'delegated';
      const organizationProps = { organizationId, rootId, secretsKeyArn };
      new MemberStackSet(this, 'MemberAccounts', { name: names.stackSet, member, ...trusted, ...organizationProps, delegated });
    }

    const alerts = new Alerts(this, 'Alerts', { topicName: names.alertsTopic, email: settings.alarmEmail });
    const functions = { orchestrator: orchestrator.function, rotator: rotator.function, reporter: reporter.function };
    const daily = { rotation: runsDaily(settings.schedule), report: runsDaily(settings.reportSchedule) };
    const policies = (settings.policies ?? []).map(({ name, schedule }) => ({ name, pauseMs: longestPause(schedule, new Date()) }));
    new Alarms(this, 'Alarms', {
      ...functions,
      prefix: settings.prefix,
      topic: alerts.topic,
      failedQueue,
      daily,
      policies,
      keyApi: keyApi?.api,
    });
    new Overview(this, 'Overview', { ...functions, dashboardName: names.dashboard });
    new Mail(this, 'Mail', { templates: names.templates, configurationSet: names.configurationSet, undelivered: alerts.topic });
    const mailEvents = new MailEvents(this, 'MailEvents', context);
    new Schedules(this, 'Schedules', {
      Rotation: {
        name: names.orchestrator,
        description: 'Starts a rotation run',
        expression: settings.schedule,
        target: orchestrator.function,
      },
      Report: {
        name: names.reporter,
        description: 'Reports the latest runs',
        expression: settings.reportSchedule,
        target: reporter.function,
      },
      ...Object.fromEntries(
        (settings.policies ?? []).map(({ name, schedule: expression }) => [
          `Policy-${name}`,
          {
            name: policyScheduleName(settings, name),
            description: `Starts a run of the policy ${name}`,
            expression,
            target: orchestrator.function,
            input: { policy: name },
          },
        ]),
      ),
    });
    const replicaKeys = hasReplicaKeys(settings);
    const asked = deployment === 'delegated' || deployment === 'list' || replicaKeys;
    this.outputs({
      OrchestratorFunctionName: orchestrator.function.functionName,
      RotatorFunctionName: rotator.function.functionName,
      ReporterFunctionName: reporter.function.functionName,
      MailEventsFunctionName: mailEvents.function.functionName,
      ResultsBucketName: results.bucketName,
      FailedQueueUrl: failedQueue.queueUrl,
      MemberRoleName: names.memberRole,
      ExemptionGroupName: settings.exemptionGroup,
      Sender: settings.sender,
      DryRun: settings.dryRun ? 'true' : 'false',
      // What templates that are deployed by hand ask for.
      ...(asked && { RotatorRoleArn: trusted.rotatorRoleArn }),
      ...(secretsKeyArn !== undefined && { CentralKeyArn: secretsKeyArn }),
      ...(keyApi && { KeyApiUrl: keyApi.url }),
      ...(asked && organizationId !== undefined && { OrganizationId: organizationId }),
      ...(replicaKeys && { ReplicaKeyRegions: settings.replicaRegions.join(',') }),
      ...(deployment === 'delegated' && { DelegationPolicy: delegationPolicy(this) }),
    });
    applyOrganizationStandards(this, settings);
  }

  private secretsKey(settings: Settings, organizationId: string | undefined): SecretsKey {
    const { accounts, breakGlassPrincipals: breakGlass, replicaRegions } = settings;
    return new SecretsKey(this, 'Secrets', { organizationId, accounts: accounts.map(({ id }) => id), breakGlass, replicaRegions });
  }

  /** Only CloudFormation knows the region; it asks before it changes anything. */
  private refuseOwnRegion(replicaRegions: readonly string[]): void {
    if (replicaRegions.length === 0) return;
    const assertDescription = 'replicaRegions: must not name the region that the rotation is deployed into';
    const assert = Fn.conditionNot(Fn.conditionContains([...replicaRegions], this.region));
    new CfnRule(this, 'ReplicaRegions', { assertions: [{ assert, assertDescription }] });
  }

  private outputs(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }

  private warnOfExampleSender(sender: string): void {
    if (!/@(.+\.)?example\.(com|net|org)$/.test(sender)) return;
    Validations.of(this).addWarning(
      'example-sender',
      `sender: no mail can come from ${sender}; set rotation.sender in cdk.json, or -c sender=…, to an address that is verified in SES`,
    );
  }
}
