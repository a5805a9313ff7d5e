import type * as vscode from 'vscode';
import { AnalyzerService } from './analyzer-service';
import { CodeIndex } from './code-index';
import { QueryCodeLens } from './code-lens';
import { Commands } from './commands';
import { ContextKeys } from './context-keys';
import { Dashboard } from './dashboard/dashboard';
import { DatabaseCommands } from './database-commands';
import { DatabaseService } from './database-service';
import { DatabaseTest } from './database-test';
import { FindingDiagnostics } from './diagnostics';
import { DocumentTracker } from './document-tracker';
import { ErrorReporter } from './error-reporter';
import { ExplainCommands } from './explain-commands';
import type { Feature } from './feature';
import { FixCommands } from './fix-commands';
import { GrowthCommands } from './growth-commands';
import { GrowthNotes } from './growth-notes';
import { GuideFixes } from './guide/guide-fixes';
import { GuideService } from './guide/guide-service';
import { GuideViews } from './guide/guide-views';
import { QueryHover } from './hover';
import { IndexesInModels } from './indexes-in-models';
import { OtherQueries } from './other-queries';
import { PasswordStore } from './password-store';
import { PlacesInFiles } from './places-in-files';
import { PlanViews } from './plan-views';
import { ProductionCalls } from './production-calls';
import { ProgramFindings } from './program-findings';
import { QueriesView } from './queries-view';
import { QueryExplainer } from './query-explainer';
import { QueryFinder } from './query-finder';
import { QuickFixes } from './quick-fixes';
import { RemovalCommands } from './removal-commands';
import { ReviewedEdits } from './reviewed-edits';
import { Settings } from './settings';
import { ShowSql } from './show-sql';
import { DatabaseStatusBar } from './status-bar';
import { Troubleshooting } from './troubleshooting';
import { UnknownNames } from './unknown-names';
import { WorkloadCommands } from './workload-commands';
import { WorkspaceWatcher } from './workspace-watcher';

/** Builds the services and everything that a person sees, in the order in which they are registered. */
export function buildFeatures(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): readonly Feature[] {
  const settings = new Settings();
  const errors = new ErrorReporter(log);
  const commands = new Commands(errors);
  const passwords = new PasswordStore(context.secrets);
  const analyzers = new AnalyzerService(context.extensionPath, settings, errors, log);
  const memento = context.workspaceState;
  const databases = new DatabaseService({ memento, settings, passwords, analyzers, errors, log });
  const code = new CodeIndex({
    extensionPath: context.extensionPath,
    storage: context.storageUri,
    settings,
    errors,
    log,
  });
  const tracker = new DocumentTracker({ analyzers, databases, code, errors });
  const places = new PlacesInFiles();
  const finder = new QueryFinder(tracker, analyzers);
  const explainer = new QueryExplainer(tracker, databases);
  const views = new PlanViews(context.extensionUri, errors);
  const growth = new GrowthNotes({ tracker, analyzers, errors });
  const test = new DatabaseTest(databases);
  const edits = new ReviewedEdits(commands);
  const guide = new GuideService({ databases, code, analyzers, settings, errors, log });
  const production = new ProductionCalls({ guide, databases, analyzers, settings, errors });
  context.subscriptions.push(databases, analyzers, code, guide, production);
  return [
    new DatabaseStatusBar(databases, errors),
    new DatabaseCommands({ commands, databases, passwords, settings, test, log }),
    new UnknownNames(databases, errors),
    new WorkspaceWatcher(databases, analyzers, errors),
    new FindingDiagnostics(tracker, databases, places),
    new ProgramFindings({ tracker, code, places, errors }),
    new QueryHover({ tracker, databases, growth, errors }),
    new QueryCodeLens(tracker, databases, settings, production),
    growth,
    new GrowthCommands({ commands, databases, analyzers, finder }),
    new OtherQueries({ tracker, analyzers, errors }),
    edits,
    new QuickFixes(tracker, databases, new IndexesInModels(code, errors)),
    new FixCommands({ commands, databases, tracker, views, finder }),
    new ExplainCommands({ commands, finder, explainer, views, tracker, databases }),
    new QueriesView({ code, tracker, commands, databases, analyzers, errors }),
    new GuideViews({ guide, commands, databases, analyzers, errors }),
    new GuideFixes({ guide, commands, databases, analyzers, settings, errors, edits }),
    new Dashboard({ extensionUri: context.extensionUri, commands, databases, guide, settings, errors }),
    new Troubleshooting({ guide, commands, databases }),
    new ShowSql({ commands, finder, tracker }),
    new RemovalCommands({ commands, databases, log }),
    new WorkloadCommands({ commands, databases, analyzers, code }),
    views,
    code,
    new ContextKeys(tracker, errors),
    tracker,
  ];
}
