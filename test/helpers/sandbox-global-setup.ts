import { provideAssemblies } from './sandbox-assemblies';

/** Runs once before all test files. */
export default provideAssemblies;
