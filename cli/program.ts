import { buildRouteMap } from '@stricli/core';
import { apiClientCommands } from './api-client/commands';
import { completionCommand, PROPOSE, propose } from './base/completion';
import { endWell } from './base/ending';
import { runCommand } from './base/program';
import { versionCommand } from './base/version';
import { credentialsCommand } from './credentials/credentials-command';
import { selfCommand } from './credentials/rotate-self-command';
import { syncCommand } from './credentials/sync-command';
import { doctorCommand } from './doctor/arguments';
import { evidenceCommand } from './evidence/evidence-command';
import { createCommand } from './keys/create';
import { deleteCommand } from './keys/delete';
import { lastUsedCommand } from './keys/last-used';
import { listCommand } from './keys/list';
import { offboardCommand } from './keys/offboard';
import { statusCommand } from './keys/status';
import { approveCommand } from './mcp/approve-command';
import { mcpCommand } from './mcp/mcp-command';
import { redriveCommand } from './redrive/arguments';
import { auditCommand } from './rotation/audit';
import { forecastCommand } from './rotation/forecast';
import { rotateCommand } from './rotation/rotate';
import { userStatusCommand } from './rotation/status';
import { scheduleCommand } from './schedule/arguments';

const DESCRIPTION = `Access keys of IAM users, by hand and by the rotation of this project. In its repository, "npm run keys --" stands for iam-keys.

Each command has --help with examples. Credentials are those that the SDK finds: environment, profiles, single sign-on, aws login, containers; --profile names a profile, AWS_ENDPOINT_URL another endpoint.

Exit code: 0 done, 1 done and the answer is bad, 2 not done, 3 something is due, 130 interrupted.`;

/** The commands; what one of them works with is loaded when it works, not for help. `isOwn`: rotate is that of one's own key. */
const routes = (version: string, isOwn: boolean) =>
  buildRouteMap({
    docs: { brief: 'access keys of IAM users', fullDescription: DESCRIPTION },
    routes: {
      list: listCommand(async (asked) => (await import('./keys/list-and-show')).listAndShow(asked)),
      create: createCommand(async (asked) => {
        const [{ createAndShow }, { openPlace }] = await Promise.all([import('./keys/create-and-show'), import('./rotation/open-place')]);
        return createAndShow(asked, openPlace);
      }),
      deactivate: statusCommand('deactivate', async (asked) => (await import('./keys/status-and-show')).statusAndShow(asked)),
      activate: statusCommand('activate', async (asked) => (await import('./keys/status-and-show')).statusAndShow(asked)),
      delete: deleteCommand(async (asked) => (await import('./keys/delete-and-show')).deleteAndShow(asked)),
      offboard: offboardCommand(async (asked) => (await import('./keys/offboard-and-show')).offboardAndShow(asked)),
      lastUsed: lastUsedCommand(async (asked) => (await import('./keys/last-used-and-show')).lastUsedAndShow(asked)),
      audit: auditCommand(async (asked) => (await import('./rotation/audit-and-show')).auditAndShow(asked)),
      status: userStatusCommand(async (asked) => (await import('./rotation/status-and-show')).statusAndShow(asked)),
      rotate: isOwn
        ? selfCommand(async (asked) => (await import('./credentials/rotate-self-and-show')).rotateSelfAndShow(asked))
        : rotateCommand(async (asked) => (await import('./rotation/rotate-and-show')).rotateAndShow(asked)),
      forecast: forecastCommand(async (asked) => (await import('./rotation/forecast-and-show')).forecastAndShow(asked)),
      evidence: evidenceCommand(
        async (asked) => (await import('./evidence/make-and-show')).makeAndShow(asked),
        async (asked) => (await import('./evidence/verify-and-show')).verifyAndShow(asked),
      ),
      credentials: credentialsCommand(async (asked) => (await import('./credentials/credentials-and-show')).credentialsAndShow(asked)),
      sync: syncCommand(async (asked) => (await import('./credentials/sync-and-show')).syncAndShow(asked)),
      mcp: mcpCommand(async (asked) => (await import('./mcp/serve')).serve(asked, version)),
      approve: approveCommand(async (asked) => (await import('./mcp/approvals/approve-and-show')).approveAndShow(asked)),
      apiClient: apiClientCommands({
        list: async (asked) => (await import('./api-client/list-and-show')).listAndShow(asked),
        show: async (asked) => (await import('./api-client/show-and-show')).showAndShow(asked),
        rotate: async (asked) => (await import('./api-client/rotate-and-show')).rotateAndShow(asked),
        revoke: async (asked) => (await import('./api-client/revoke-and-show')).revokeAndShow(asked),
        cleanup: async (asked) => (await import('./api-client/cleanup-and-show')).cleanupAndShow(asked),
      }),
      doctor: doctorCommand(async (asked) => (await import('./doctor/check-and-show')).checkAndShow(asked)),
      redrive: redriveCommand(async (asked) => (await import('./redrive/redrive-and-show')).redriveAndShow(asked)),
      pause: scheduleCommand('pause', async (asked) => (await import('./schedule/switch-and-show')).switchAndShow(asked)),
      resume: scheduleCommand('resume', async (asked) => (await import('./schedule/switch-and-show')).switchAndShow(asked)),
      version: versionCommand(version),
      completion: completionCommand,
    },
  });

/** Runs `iam-keys` as this process's program. */
export async function main(version: string): Promise<void> {
  const [first, ...rest] = process.argv.slice(2);
  const words = first === PROPOSE ? rest : process.argv.slice(2);
  const isOwn = words[0] === 'rotate' && words.includes('--self');
  const program = { name: 'iam-keys', root: routes(version, isOwn), version };
  if (first === PROPOSE) return propose(program, rest);
  endWell();
  await runCommand(program, words);
}
