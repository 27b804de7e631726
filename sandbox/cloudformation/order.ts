import { DeploymentError } from './errors';
import { functionOf, substitutions } from './intrinsics';
import type { TemplateResource } from './template';

/** Logical ids that a value refers to by Ref, Fn::GetAtt or Fn::Sub; parameters and pseudo parameters may be among them. */
function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== 'object' || value === null) return [];
  const fn = functionOf(value);
  if (fn?.name === 'Ref' && typeof fn.argument === 'string') return [fn.argument];
  if (fn?.name === 'Fn::GetAtt') {
    const id: unknown = Array.isArray(fn.argument) ? fn.argument[0] : String(fn.argument).split('.')[0];
    return typeof id === 'string' ? [id] : [];
  }
  if (fn?.name === 'Fn::Sub') {
    const [text, variables] = (Array.isArray(fn.argument) ? fn.argument : [fn.argument, {}]) as [unknown, unknown];
    const names = substitutions(String(text)).map((name) => name.split('.')[0] ?? name);
    return [...names, ...references(variables)];
  }
  return Object.values(value).flatMap(references);
}

/** The resources' logical ids, each after everything it refers to, else in template order; throws a DeploymentError that shows a circle. */
export function creationOrder(stack: string, resources: Readonly<Record<string, TemplateResource>>): string[] {
  const ordered: string[] = [];
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): void => {
    if (done.has(id)) return;
    if (path.includes(id)) {
      const circle = [...path.slice(path.indexOf(id)), id].join(' -> ');
      throw new DeploymentError(`stack ${stack}: circular dependency between resources: ${circle}`);
    }
    const resource = resources[id];
    if (!resource) return;
    const dependsOn = resource.DependsOn ?? [];
    const needed = [...(typeof dependsOn === 'string' ? [dependsOn] : dependsOn), ...references(resource.Properties)];
    for (const next of needed) visit(next, [...path, id]);
    done.add(id);
    ordered.push(id);
  };
  for (const id of Object.keys(resources)) visit(id, []);
  return ordered;
}
