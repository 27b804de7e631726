import type { ClientSettings } from '../../../cli/base/access';
import { makeClients } from '../../../cli/doctor/clients';
import { diagnose, type Question } from '../../../cli/doctor/diagnose';
import { exitCodeOf, type Diagnosis } from '../../../cli/doctor/finding';
import type { Snapshot } from '../../../sandbox/sandbox';
import { awsCommand } from '../../helpers/aws-command';
import { deployReplicaKey } from '../../helpers/replica-key';
import { FUNCTIONS, MANAGEMENT, OTHER, TEAM, TestOrganization, type Account, type Shape } from '../../helpers/sandbox-organization';

export const SENDER = 'key-rotation@acme.test';

/** A deployed organization in perfect health, into which a test brings one illness at a time. */
export class Patient {
  private constructor(
    readonly org: TestOrganization,
    private readonly healthy: Snapshot,
  ) {}

  /** Deployed, with a replica key where there shall be one, bootstrapped, with somebody who hears of alarms, and rotated once. */
  static async healthy(shape: Shape = {}): Promise<Patient> {
    const org = await TestOrganization.deployed('enforcing', [TEAM, OTHER], { direct: true, ...shape });
    const { sandbox, central } = org;
    const { world, region } = sandbox.kernel;
    for (const topic of sandbox.kernel.account(central.id).topics.values()) {
      topic.subscriptions = [{ arn: `${topic.arn}:1`, protocol: 'email', endpoint: 'security@acme.example', confirmed: true }];
    }
    const outputs = { BootstrapVersion: '30' };
    const toolkit = { name: 'CDKToolkit', account: central.id, region, outputs, resources: new Map() };
    world.stacks.set(`${central.id}/${region}/CDKToolkit`, toolkit);
    sandbox.organization.verifyIdentity(central.id, 'acme.test');
    const { secretStore, replicaRegions } = shape.settings ?? {};
    if (shape.settings && secretStore === 'central' && replicaRegions) await deployReplicaKey(org, shape.settings, replicaRegions);
    // Alarms look at what the deployed functions count.
    await org.onBundles(async () => {
      await org.run();
      await sandbox.invoke(FUNCTIONS.reporter, {}, { type: 'Event', account: central.id });
      await sandbox.drain();
    });
    sandbox.mails.length = 0;
    return new Patient(org, sandbox.snapshot());
  }

  recover(): void {
    this.org.sandbox.faults.clear();
    this.org.goTo(this.healthy);
  }

  /** Where functions run directly, the doctor calls directly, too; in the other organizations, and as a command, it calls over HTTP. */
  private clientOf({ id }: Account): ClientSettings {
    const { endpoint, ...settings } = this.org.sandbox.client(id);
    return this.org.direct ? settings : { ...settings, endpoint };
  }

  /** What the doctor finds, as the administrator of the account, with waiting that takes no time. */
  async diagnosis(asked: Partial<Question> = {}, account: Account = this.org.central): Promise<Diagnosis> {
    const { sandbox } = this.org;
    let now = sandbox.clock.now().getTime();
    return diagnose(makeClients(this.clientOf(account)), {
      accounts: [],
      stack: 'IamKeyRotation',
      beforeDeploy: false,
      context: { rotation: { sender: SENDER } },
      waiting: {
        now: () => now,
        sleep: async (milliseconds) => {
          now += milliseconds;
          await sandbox.drain();
        },
      },
      ...asked,
    });
  }

  /** Everything that is not fine, as `<check or account>: <what>`, and the exit code. */
  async complaints(asked: Partial<Question> = {}, account?: Account): Promise<[complaints: string[], exitCode: number]> {
    const found = await this.diagnosis(asked, account);
    const all = [
      ...found.checks.map((finding) => ({ ...finding, subject: finding.check })),
      ...found.accounts.map((finding) => ({ ...finding, subject: finding.account })),
    ];
    const complaints = all.filter(({ status }) => status !== 'fine');
    for (const { status, next } of complaints) expect([status, status === 'not rotated' || Boolean(next)]).toEqual([status, true]);
    return [complaints.map(({ subject, says }) => `${subject}: ${says}`), exitCodeOf(found)];
  }

  /** The steps that are printed, by what they are for: a check or an account. */
  async steps(asked: Partial<Question> = {}, account?: Account): Promise<Map<string, string>> {
    const { checks, accounts } = await this.diagnosis(asked, account);
    const found = [...checks.map((one) => ({ ...one, subject: one.check })), ...accounts.map((one) => ({ ...one, subject: one.account }))];
    return new Map(found.flatMap(({ status, subject, next = '' }) => (status === 'problem' ? [[subject, next]] : [])));
  }

  /** The step that is printed for the one thing that is not fine. */
  async nextStep(asked: Partial<Question> = {}, account?: Account): Promise<string> {
    const [next = '', ...others] = (await this.steps(asked, account)).values();
    expect(others).toEqual([]);
    return next;
  }

  /** Does a printed line of `aws` commands, as the administrator of the account. */
  async obey(line: string, account: Account = this.org.central, directory?: string): Promise<object[]> {
    return awsCommand(line, this.org.sandbox.client(account.id), directory);
  }

  /** Reverts the drift of a stack in CloudFormation, which is what `npx cdk deploy --revert-drift` has done. */
  async revertDrift(stack: string, account: Account = this.org.central): Promise<void> {
    const change = `--stack-name ${stack} --change-set-name revert-drift`;
    const capabilities = '--capabilities CAPABILITY_NAMED_IAM';
    await this.obey(
      `aws cloudformation create-change-set ${change} --use-previous-template --deployment-mode REVERT_DRIFT ${capabilities}`,
      account,
    );
    await this.obey(`aws cloudformation execute-change-set ${change}`, account);
  }

  /** Takes an action from everything that the operator may do. */
  forbidOperator(action: string, account: Account = MANAGEMENT): void {
    const role = this.org.sandbox.kernel.account(account.id).roles.get('Administrator');
    const deny = { Version: '2012-10-17' as const, Statement: { Effect: 'Deny' as const, Action: action, Resource: '*' } };
    role?.inlinePolicies.set('Forbidden', deny);
  }
}
