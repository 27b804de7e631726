import { provideAssemblies } from './sandbox-assemblies';

/** Makes the assemblies that most tests run, and prints the variables that say where they are, as JSON. */
async function main(): Promise<void> {
  await provideAssemblies();
  process.stdout.write(
    JSON.stringify(Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('TEST_ASSEMBLY_')))),
  );
}

void main();
