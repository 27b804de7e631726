import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { policyRunsMetric } from '../../lambda/shared/names';
import { countedBy } from './metrics';

/** What is watched, and who is told. */
export interface AlarmsProps {
  prefix: string;
  topic: ITopic;
  failedQueue: IQueue;
  orchestrator: IFunction;
  rotator: IFunction;
  reporter: IFunction;
  /** Absent without the key API. */
  keyApi: RestApi | undefined;
  /** Whether the schedule runs at least once a day: its absence is noticed only then. */
  daily: { rotation: boolean; report: boolean };
  /** The policies beside the deployment's own, each with the longest time between two of its runs, in milliseconds. */
  policies: readonly { name: string; pauseMs: number }[];
}

const SOON = Duration.minutes(5);
const HOUR = Duration.hours(1);
/** A day and the time that a run may be late. */
const HOURS_WITHOUT_RUN = 26;
/** A day and a week in periods: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const MAX_SOON = 288;
const MAX_HOURS = 168;
/** Periods of throttling in a row: Lambda's own queue absorbs shorter ones. */
const PERIODS_OF_THROTTLING = 6;
/** Refusals in five minutes; a client whose token has just expired is refused now and then. */
const BURST_OF_REFUSALS = 50;

/** Tells people when anything needs them: each alarm is one paragraph of docs/runbook.md, which its description names. */
export class Alarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    const { failedQueue, orchestrator, rotator, reporter, daily, keyApi, policies } = props;
    const errors = (fn: IFunction): IMetric => fn.metricErrors({ statistic: 'Sum', period: SOON });
    this.raise('run-failed', errors(orchestrator), 'A rotation run could not be started, or not for all accounts.');
    this.raise('rotator-failed', errors(rotator), 'The rotation of an account failed or was refused; Lambda repeats it twice.');
    this.raise('report-failed', errors(reporter), 'Runs could not be reported.');
    this.raise(
      'failed-queue-not-empty',
      failedQueue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: SOON }),
      'An event failed for good and waits in the queue of failed events.',
    );
    this.raise('accounts-failed', countedBy('reporter', 'AccountsFailed', HOUR), 'Accounts of the reported run failed.');
    this.raise('accounts-silent', countedBy('reporter', 'AccountsSilent', HOUR), 'Accounts of the reported run never answered.');
    this.raise('keys-overdue', countedBy('rotator', 'KeysOverdue', HOUR), 'Keys are past the date of their disabling, and blocked.');
    this.raise('nobody-told', countedBy('rotator', 'KeysUntold', HOUR), 'Nobody could be told by mail of the next step of keys.');
    this.raise('users-left', countedBy('rotator', 'UsersLeft', HOUR), 'Users were not reached before the time limit.');
    this.raise('mails-failed', countedBy('reporter', 'MailsFailed', HOUR), 'SES refused mails of the reported run, or the run summary.');
    this.raise(
      'rotator-throttled',
      rotator.metricThrottles({ statistic: 'Sum', period: SOON }),
      'The rotator is throttled for 30 minutes.',
      {
        evaluationPeriods: PERIODS_OF_THROTTLING,
      },
    );
    if (keyApi) this.watchKeyApi(keyApi);
    if (policies.length > 0) {
      this.raise('policy-failed', countedBy('rotator', 'PolicyFailures', SOON), 'Something failed in a run of a policy of its own.');
    }
    for (const { name, pauseMs } of policies) this.missPolicy(name, pauseMs);
    if (daily.rotation) this.miss('run-did-not-happen', countedBy('orchestrator', 'AccountsDispatched', HOUR), 'No run was started');
    if (daily.report) this.miss('report-did-not-happen', countedBy('reporter', 'RunsReported', HOUR), 'No run was reported');
  }

  /** What the gateway itself refuses counts, too: nobody else sees a missing API key. */
  private watchKeyApi(api: RestApi): void {
    const per = { statistic: 'Sum', period: SOON };
    const refused = `The key API refused more than ${BURST_OF_REFUSALS} requests in five minutes.`;
    this.raise('key-api-refuses', api.metricClientError(per), refused, { threshold: BURST_OF_REFUSALS });
    this.raise('key-api-failed', api.metricServerError(per), 'The key API could not answer requests.');
  }

  /** Goes off as soon as the metric is above zero, or above the threshold that is given. */
  private raise(name: string, metric: IMetric, meaning: string, { evaluationPeriods = 1, threshold = 0 } = {}): void {
    this.alarm(name, meaning, {
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** Goes off when the metric stayed below one, or away, for more than a day. */
  private miss(name: string, metric: IMetric, meaning: string): void {
    this.alarm(name, `${meaning} for ${HOURS_WITHOUT_RUN} hours.`, {
      metric,
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: HOURS_WITHOUT_RUN,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  /** Goes off when no run of the policy was started for three times as long as there may be between two. */
  private missPolicy(name: string, pauseMs: number): void {
    const isOften = pauseMs <= HOUR.toMilliseconds();
    const period = isOften ? SOON : HOUR;
    const evaluationPeriods = Math.min(Math.max(3, Math.ceil((3 * pauseMs) / period.toMilliseconds())), isOften ? MAX_SOON : MAX_HOURS);
    this.alarm(
      `policy-not-running-${name}`,
      `No run of the policy ${name} was started for too long.`,
      {
        metric: countedBy('orchestrator', policyRunsMetric(name), period),
        threshold: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluationPeriods,
        treatMissingData: TreatMissingData.BREACHING,
      },
      'policy-not-running',
    );
  }

  private alarm(name: string, meaning: string, props: ConstructorParameters<typeof Alarm>[2], topic = name): void {
    const alarm = new Alarm(this, name, {
      ...props,
      alarmName: `${this.props.prefix}-${name}`,
      alarmDescription: `${meaning} What to do: docs/runbook.md#${topic}`,
    });
    alarm.addAlarmAction(new SnsAction(this.props.topic));
  }
}
