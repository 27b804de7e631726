import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, SingleValueWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { countedBy } from './metrics';

/** What the dashboard shows. */
export interface OverviewProps {
  dashboardName: string;
  orchestrator: IFunction;
  rotator: IFunction;
  reporter: IFunction;
}

const DAY = Duration.days(1);
const WIDTH = 24;
const HEIGHT = 6;

/** The dashboard: whether all is well in its first row, what happened to keys, mails and functions below. */
export class Overview extends Dashboard {
  constructor(scope: Construct, id: string, { dashboardName, ...functions }: OverviewProps) {
    super(scope, id, { dashboardName, defaultInterval: Duration.days(30) });
    const rotator = (name: string, statistic?: string): IMetric => countedBy('rotator', name, DAY, statistic);
    const reporter = (name: string): IMetric => countedBy('reporter', name, DAY);
    const graph = (title: string, width: number, ...left: IMetric[]): GraphWidget =>
      new GraphWidget({ title, left, width, height: HEIGHT });
    const ofFunctions = (of: (fn: IFunction) => IMetric): IMetric[] => Object.values(functions).map(of);

    this.addWidgets(
      new SingleValueWidget({
        title: 'The last day',
        width: WIDTH,
        metrics: [
          rotator('OldestActiveKeyDays', 'Maximum'),
          rotator('KeysOverdue'),
          countedBy('orchestrator', 'AccountsDispatched', DAY),
          reporter('AccountsFailed'),
          reporter('AccountsSilent'),
          reporter('MailsFailed'),
        ],
      }),
    );
    const steps = ['KeysRotated', 'KeysDisabled', 'KeysDeleted', 'KeysReenabled', 'KeysHeld', 'KeysBlocked'];
    this.addWidgets(
      graph('Keys by step', WIDTH / 2, ...steps.map((name) => rotator(name))),
      graph('Oldest active key that was looked at (days)', WIDTH / 2, rotator('OldestActiveKeyDays', 'Maximum')),
    );
    this.addWidgets(
      graph('Accounts that failed or never answered', WIDTH / 3, reporter('AccountsFailed'), reporter('AccountsSilent')),
      graph('Mails', WIDTH / 3, reporter('MailsSent'), reporter('MailsFailed')),
      graph('Users not reached in time', WIDTH / 3, rotator('UsersLeft')),
    );
    this.addWidgets(
      graph('Duration (ms, longest)', WIDTH / 2, ...ofFunctions((fn) => fn.metricDuration({ statistic: 'Maximum', period: DAY }))),
      graph('Throttled invocations', WIDTH / 2, ...ofFunctions((fn) => fn.metricThrottles({ statistic: 'Sum', period: DAY }))),
    );
  }
}
