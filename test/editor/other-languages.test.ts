import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, eventually, hoverAt, openFile, positionOf, workspaceUri } from '../support/editor-helpers';

const files = {
  'django/shop/models.py': `from django.db import models


class Invoice(models.Model):
    paid_at = models.DateTimeField(null=True)
    total = models.IntegerField()
`,
  'django/shop/views.py': `from .models import Invoice


def unpaid():
    return Invoice.objects.filter(paid_at__isnull=True).order_by("total")
`,
  'rails/db/schema.rb': `ActiveRecord::Schema[7.1].define(version: 1) do
  create_table "invoices", force: :cascade do |t|
    t.integer "total"
  end
end
`,
  'rails/app/models/application_record.rb': `class ApplicationRecord < ActiveRecord::Base
  primary_abstract_class
end
`,
  'rails/app/models/invoice.rb': `class Invoice < ApplicationRecord
end
`,
  'rails/app/services/report.rb': `class Report
  def rows
    Invoice.where(total: 5).order(:total).to_a
  end
end
`,
};

describe('calls of query libraries in other languages', () => {
  before(async () => {
    for (const [path, text] of Object.entries(files))
      await vscode.workspace.fs.writeFile(workspaceUri(path), Buffer.from(text));
  });

  after(async () => {
    await closeAll();
    for (const folder of ['django', 'rails'])
      await vscode.workspace.fs.delete(workspaceUri(folder), { recursive: true });
  });

  const sent: readonly (readonly [string, string, string, RegExp])[] = [
    ['Django', 'django/shop/views.py', 'filter', /FROM "shop_invoice"\s+WHERE "shop_invoice"\."paid_at" IS NULL/],
    ['ActiveRecord', 'rails/app/services/report.rb', 'where', /FROM "invoices"\s+WHERE "invoices"\."total" = \$1/],
  ];
  for (const [library, path, name, sql] of sent) {
    it(`show the SQL that ${library} sends`, async () => {
      const document = await openFile(path);
      const hover = await eventually(
        'the hover',
        async () => {
          const text = await hoverAt(document, positionOf(document, name));
          return text !== undefined && sql.test(text) && text;
        },
        30_000,
      );
      assert.match(hover, /sends this/);
    });
  }
});
