/** A component that is loaded when it is first shown. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Problem } from './problem.js';

export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function Lazy(props: P) {
    const [state, setState] = useState<ComponentType<P> | Error | null>(() => loaded);
    useEffect(() => {
      if (loaded !== null) return;
      load().then(
        (component) => {
          loaded = component;
          setState(() => component);
        },
        (error: Error) => setState(error),
      );
    }, []);
    if (state instanceof Error)
      return <Problem error={state} title="This part of the page cannot be loaded" />;
    if (state === null) {
      return (
        <p class="wait" role="status">
          Loading …
        </p>
      );
    }
    const Component = state;
    return <Component {...props} />;
  };
}
