import { CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alerts } from './constructs/alerts';
import { FailedQueue } from './constructs/failed-queue';
import { Mail } from './constructs/mail';
import { MemberResources } from './constructs/member-resources';
import { MemberStackSet } from './constructs/member-stack-set';
import { Orchestrator } from './constructs/orchestrator';
import { Organization } from './constructs/organization';
import { Reporter } from './constructs/reporter';
import { ResultsBucket } from './constructs/results-bucket';
import { Rotator } from './constructs/rotator';
import { Schedules } from './constructs/schedules';
import type { Settings } from './settings/fields';
import { namesOf } from './settings/names';

/** Everything that one deployment into the management account makes: what runs there, and the StackSet that reaches all other accounts. */
export class CentralStack extends Stack {
  constructor(scope: Construct, id: string, { settings }: { settings: Settings }) {
    super(scope, id, { description: 'Rotates the access keys of all IAM users of an AWS Organization', analyticsReporting: false });
    this.warnOfExampleSender(settings.sender);
    const names = namesOf(settings);

    const failedQueue = new FailedQueue(this, 'FailedQueue', { name: names.failedQueue });
    const results = new ResultsBucket(this, 'Results', { retentionDays: settings.resultRetentionDays });
    const surroundings = { settings, results, failedQueue, logRetention: settings.logRetentionDays };
    const organization = new Organization(this, 'Organization', { functionName: names.organizationFacts, ...surroundings });
    const { organizationId, rootId } = organization;
    const rotator = new Rotator(this, 'Rotator', surroundings);
    const orchestrator = new Orchestrator(this, 'Orchestrator', { ...surroundings, rotator: rotator.function, organizationId });
    const reporter = new Reporter(this, 'Reporter', surroundings);

    const { memberRole: roleName, stackSet } = names;
    const member = { roleName, exemptionGroup: settings.exemptionGroup, rotatorRoleArn: rotator.role.roleArn, organizationId };
    new MemberResources(this, 'ManagementAccount', member);
    new MemberStackSet(this, 'MemberAccounts', { ...member, name: stackSet, rootId });

    const alerts = new Alerts(this, 'Alerts', { topicName: names.alertsTopic, email: settings.alarmEmail });
    alerts.watchQueue(failedQueue);
    alerts.watchFunction('OrchestratorErrors', { fn: orchestrator.function, work: 'Starting a rotation run' });
    alerts.watchFunction('RotatorErrors', { fn: rotator.function, work: 'Rotating the keys of an account' });
    alerts.watchFunction('ReporterErrors', { fn: reporter.function, work: 'Reporting a rotation run' });
    new Mail(this, 'Mail', { templates: names.templates, configurationSet: names.configurationSet, undelivered: alerts.topic });
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
    });
    this.outputs({
      OrchestratorFunctionName: orchestrator.function.functionName,
      RotatorFunctionName: rotator.function.functionName,
      ReporterFunctionName: reporter.function.functionName,
      ResultsBucketName: results.bucketName,
      FailedQueueUrl: failedQueue.queueUrl,
      MemberRoleName: names.memberRole,
      ExemptionGroupName: settings.exemptionGroup,
      DryRun: settings.dryRun ? 'true' : 'false',
    });
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
