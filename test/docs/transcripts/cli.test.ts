import { Patient } from '../../cli/doctor/patient';
import { keysSandbox } from '../../helpers/keys-sandbox';
import { KeyApiOrganization } from '../../helpers/key-api-organization';
import { apiClients } from './api-clients';
import { byHand } from './by-hand';
import { deployed, doctorsPolicy, proven, recorded, repaired, unprepared } from './deployed';
import { ownMachine } from './own-machine';
import { sectionsOfPage, timeless, writeTranscript } from './page';
import type { MakeScene } from './scene';
import { withModel } from './with-model';

/** `WRITE_TRANSCRIPTS=1 npx jest test/docs/transcripts` writes what the commands say now. */
const WRITES = process.env['WRITE_TRANSCRIPTS'] !== undefined;
/** In a policy for when something fails, which it does not here. */
const FOR_FAILURES = ['create', 'rotate'].flatMap((name) => [`${name} iam:UpdateAccessKey`, `${name} iam:DeleteAccessKey`]);

const sections = sectionsOfPage();
const keysOf = keysSandbox();
let patient: Patient;
let api: KeyApiOrganization;
beforeAll(async () => {
  patient = await Patient.healthy({ direct: 'by itself' });
  api = await KeyApiOrganization.start();
});
afterAll(async () => {
  await api.sandbox.stop();
  await patient.org.stop();
});

/** Sections whose commands do not see to others' keys in an account without a rotation. */
const SCENES: Readonly<Record<string, () => MakeScene>> = {
  credentials: () => ownMachine(keysOf()),
  sync: () => ownMachine(keysOf()),
  'mcp and approve': () => withModel(keysOf()),
  'audit --organization': () => deployed(() => patient, { before: recorded }),
  evidence: () => deployed(() => patient, { before: proven }),
  'api-client': () => apiClients(() => api),
  doctor: () => deployed(() => patient, { before: unprepared, beside: doctorsPolicy }),
  redrive: () => deployed(() => patient, { before: repaired }),
  'pause and resume': () => deployed(() => patient),
};

it.each(sections)('$name says what the page shows, with just the policy beside it', async (section) => {
  const { name, transcript, policy } = section;
  const scene = await (SCENES[name]?.() ?? byHand(keysOf()))(policy);
  const shown: string[] = [];
  for (const [, prompt = '', line = ''] of transcript.matchAll(/^(\$ iam-keys|>) (.*)$/gm)) {
    const asked = line.replace(/KEY-OF-(\w+)/, (_, user: string) => scene.keys[user] ?? '');
    shown.push(`${prompt} ${asked}\n${await scene.run(asked)}`);
  }
  await scene.end?.();
  const calls = scene.calls();
  expect(calls.flatMap(({ authorized }) => authorized.filter(({ allowed }) => !allowed))).toEqual([]);
  const used = new Set(calls.flatMap(({ authorized }) => authorized.map(({ action }) => `${name} ${action}`)));
  const unused = (policy?.Statement ?? [])
    .flatMap(({ Action = [] }) => [Action].flat().map((action) => `${name} ${action}`))
    .filter((action) => !used.has(action));
  expect(unused.filter((action) => !FOR_FAILURES.includes(action) && !action.endsWith('sts:GetCallerIdentity'))).toEqual([]);
  if (WRITES) writeTranscript(section, shown.join('\n'));
  else expect(timeless(shown.join('\n'))).toBe(timeless(transcript));
});

it('shows every command but the shell’s completion', () => {
  expect(sections.map(({ name }) => name)).toEqual([
    'list',
    'create',
    'deactivate',
    'activate',
    'delete',
    'last-used',
    'offboard',
    'audit',
    'audit --organization',
    'status',
    'forecast',
    'evidence',
    'rotate',
    'credentials',
    'sync',
    'api-client',
    'mcp and approve',
    'doctor',
    'redrive',
    'pause and resume',
    'version',
  ]);
});
