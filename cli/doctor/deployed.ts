import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { RunStore } from '../../lambda/runs/run-store';
import { STACK } from '../base/options';
import { judgeAccounts } from './accounts';
import { checkAlerts } from './alerts';
import { collectChecks, sendChecks, type Sent, type Waiting } from './request-checks';
import { checkCentralStore } from './central-store';
import type { Clients } from './clients';
import { settingsOf, type Deployment } from '../deployment/deployment';
import { checkFailedQueue, FAILED_EVENTS } from './failed-queue';
import { attempt, fine, problem, type Diagnosis, type Finding } from './finding';
import { checkLastRun } from './last-run';
import { checkMail } from './mail';
import { remediesFor, type Remedies } from './remedies';
import { judgeAlarms, readAlarms } from './ringing';
import { checkSchedule, readSchedule } from './schedules';
import { callerOf, readStackSet, type StackSet } from './stack-set';
import { checkTrust } from './trusted-access';

/** What was asked for. */
export interface Asked {
  /** Only these accounts; all when empty. */
  accounts: readonly string[];
  /** Who asks, and where. */
  home: { account: string; region: string };
  waiting: Waiting;
  /** The settings at hand. */
  context: Readonly<Record<string, unknown>>;
}

/** Looks at everything that the deployed rotation needs, centrally and in every account, and changes nothing. */
export async function diagnoseDeployed(
  clients: Clients,
  deployment: Deployment,
  asked: Asked,
): Promise<Pick<Diagnosis, 'checks' | 'accounts'>> {
  const [remedies, unread] = await remediesOf(clients, deployment, asked);
  const checks: Finding[] = [checkStack(deployment, remedies), ...unread];
  // Before accounts are looked into: what that makes fail is told by itself.
  const [alarms, watched] = await watch(clients, deployment, remedies, asked);
  let sent: Sent | undefined;
  let accounts: Diagnosis['accounts'] = [];
  checks.push(
    ...(await attempt('accounts', async () => {
      sent = await sendChecks(clients.lambda, deployment, asked.accounts);
      const answers = await collectChecks(new RunStore(clients.s3, deployment.resultsBucket), sent, asked.waiting);
      const [stackSet, unlisted] = await stackSetOf(clients, deployment, asked);
      accounts = judgeAccounts(sent, { deployment, remedies, home: asked.home.account, answers, stackSet });
      return unlisted;
    })),
  );
  const now = sent ? new Date(sent.startedAt) : new Date(asked.waiting.now());
  const size = sent ? sent.dispatched.length + sent.skipped.length : 1;
  checks.push(...(await attempt('mail', () => checkMail(clients.ses, deployment.sender, size))));
  if (deployment.centralStore) checks.push(...(await checkCentralStore(clients, deployment.centralStore, remedies)));
  checks.push(...(await checkRuns(clients, deployment, remedies, now)), ...watched);
  for (const topic of deployment.resources.get('AWS::SNS::Topic') ?? []) {
    checks.push(...(await attempt('alarms', async () => [await checkAlerts(clients.sns, topic, remedies)])));
  }
  if (alarms) checks.push(...judgeAlarms(alarms, { names: alarmsOf(deployment), restore: remedies.revertDrift, findings: checks }));
  return { checks, accounts };
}

const alarmsOf = ({ resources }: Deployment): readonly string[] => resources.get('AWS::CloudWatch::Alarm') ?? [];

/** The same program for this deployment, with room for more options. */
const npmRun = (program: string, { stack }: Deployment): string => `npm run ${program}${stack === STACK ? '' : ` -- --stack ${stack}`}`;

async function remediesOf({ cloudformation }: Clients, { stack }: Deployment, { context }: Asked): Promise<[Remedies, Finding[]]> {
  let settings: Readonly<Record<string, unknown>> | undefined;
  const unread = await attempt('settings', async () => {
    settings = await settingsOf(cloudformation, stack);
    return [];
  });
  return [remediesFor(settings, context), unread];
}

/** The alarms as they are now, and what waits in the queue of failed events. */
async function watch(
  clients: Clients,
  deployment: Deployment,
  { revertDrift: restore }: Remedies,
  { waiting }: Asked,
): Promise<[MetricAlarm[] | undefined, Finding[]]> {
  let alarms: MetricAlarm[] | undefined;
  const findings = await attempt('ringing', async () => {
    alarms = await readAlarms(clients.cloudwatch, alarmsOf(deployment));
    return [];
  });
  const now = new Date(waiting.now());
  const redrive = `${npmRun('redrive', deployment)}${deployment.stack === STACK ? ' --' : ''}`;
  for (const queue of deployment.resources.get('AWS::SQS::Queue') ?? []) {
    findings.push(...(await attempt(FAILED_EVENTS, async () => [await checkFailedQueue(clients, queue, { now, redrive, restore })])));
  }
  return [alarms, findings];
}

function checkStack({ stack, status, dryRun, created }: Deployment, { deploy }: Remedies): Finding {
  const check = `stack ${stack}`;
  if (['CREATE_COMPLETE', 'UPDATE_COMPLETE'].includes(status)) {
    return fine(check, `${dryRun ? 'DryRun: changes nothing' : 'enforcing'}, deployed first on ${created.toISOString().slice(0, 10)}`);
  }
  if (status.endsWith('_IN_PROGRESS')) return problem(check, `is ${status}`, 'wait until the deployment is over, then ask again');
  const next = `repair what this names, then ${deploy()}: aws cloudformation describe-stack-events --stack-name ${stack}`;
  return problem(check, `is ${status}`, next);
}

/** The stack set, where there is one and it may be listed, and whether StackSets may still work in the organization. */
async function stackSetOf(
  { cloudformation, organizations }: Clients,
  { resources }: Deployment,
  { home: { account, region } }: Asked,
): Promise<[StackSet | undefined, Finding[]]> {
  const [id] = resources.get('AWS::CloudFormation::StackSet') ?? [];
  if (id === undefined) return [undefined, []];
  let stackSet: StackSet | undefined;
  const findings = await attempt('stack set', async () => {
    const caller = await callerOf(organizations, account);
    const trust = await attempt('StackSets', async () => [await checkTrust(cloudformation, caller.callAs)]);
    const unlisted = await attempt('stack set', async () => {
      stackSet = await readStackSet(cloudformation, { id, region, ...caller });
      return [];
    });
    return [...trust, ...unlisted];
  });
  return [stackSet, findings];
}

/** Both schedules, and the last run, which is judged by the schedule that starts runs. */
async function checkRuns(
  { scheduler, s3 }: Clients,
  deployment: Deployment,
  { revertDrift: restore }: Remedies,
  now: Date,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const id of deployment.resources.get('AWS::Scheduler::Schedule') ?? []) {
    const name = id.split('|').pop() ?? id;
    findings.push(
      ...(await attempt(`schedule ${name}`, async () => {
        const schedule = await readSchedule(scheduler, name);
        const checked = checkSchedule(schedule, deployment, { resume: npmRun('resume', deployment), restore });
        if (name !== deployment.orchestrator) return [checked];
        const expected = { schedule, deployed: deployment.created, now };
        return [checked, ...(await attempt('last run', async () => [await checkLastRun(s3, deployment.resultsBucket, expected)]))];
      })),
    );
  }
  return findings;
}
