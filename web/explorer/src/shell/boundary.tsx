/** What stands in for a page that failed: an empty window says nothing. */

import { Component, type ReactNode } from "react";
import { Page } from "./page";
import { Failure } from "./parts";

export class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <Page title="Failed">
        <Failure error={error} retry={() => this.setState({ error: null })}>
          <p className="small">The explorer failed to show this page; the catalog itself is not touched by it.</p>
        </Failure>
      </Page>
    );
  }
}
