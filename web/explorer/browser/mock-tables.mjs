/** What the made-up warehouse holds. */

/** zone, name, kind, columns, sources, hours since its last run, state */
export const TABLES = [
  [
    "landing",
    "crm.customers.json",
    "FILE",
    "customer_id,name,email,country,created_at,consent_flag,payload_json",
    "",
    1,
  ],
  ["landing", "crm.contacts.json", "FILE", "contact_id,customer_id,phone,kind,updated_at", "", 1],
  [
    "landing",
    "shop.orders.csv",
    "FILE",
    "order_id,customer_id,ordered_at,status,gross_amount,net_amount,currency",
    "",
    0.2,
  ],
  ["landing", "shop.order_items.csv", "FILE", "order_id,line,product_id,quantity,unit_amount", "", 0.2],
  ["landing", "shop.products.csv", "FILE", "product_id,name,category,price_amount,active_flag", "", 6],
  ["landing", "pay.transactions", "TOPIC", "payment_id,order_id,paid_at,paid_amount,method,status", "", 0.05],
  ["landing", "web.clicks", "TOPIC", "session_id,customer_id,url,clicked_at,referrer,agent", "", 0.01],
  ["landing", "geo.countries.csv", "FILE", "country,name,region,currency", "", 700],
  [
    "formatted",
    "crm_customers",
    "TABLE",
    "customer_id,name,email,country,created_at,consent_flag,loaded_at",
    "crm.customers.json",
    1,
  ],
  [
    "formatted",
    "crm_contacts",
    "TABLE",
    "contact_id,customer_id,phone,kind,updated_at,loaded_at",
    "crm.contacts.json",
    1,
  ],
  [
    "formatted",
    "shop_orders",
    "TABLE",
    "order_id,customer_id,ordered_at,status,gross_amount,net_amount,currency,loaded_at",
    "shop.orders.csv",
    0.3,
  ],
  [
    "formatted",
    "shop_order_items",
    "TABLE",
    "order_id,line,product_id,quantity,unit_amount,loaded_at",
    "shop.order_items.csv",
    0.3,
  ],
  [
    "formatted",
    "shop_products",
    "TABLE",
    "product_id,name,category,price_amount,active_flag,loaded_at",
    "shop.products.csv",
    6,
  ],
  [
    "formatted",
    "pay_transactions",
    "TABLE",
    "payment_id,order_id,paid_at,paid_amount,method,status,loaded_at",
    "pay.transactions",
    0.1,
  ],
  [
    "formatted",
    "web_sessions",
    "TABLE",
    "session_id,customer_id,started_at,ended_at,pages,referrer",
    "web.clicks",
    0.5,
  ],
  ["formatted", "geo_countries", "TABLE", "country,name,region,currency", "geo.countries.csv", 700],
  [
    "trusted",
    "customers",
    "TABLE",
    "customer_id,name,email,country,region,created_at,consent_flag",
    "crm_customers,crm_contacts,geo_countries",
    1,
  ],
  [
    "trusted",
    "orders",
    "TABLE",
    "order_id,customer_id,ordered_at,status,gross_amount,net_amount,currency,item_count",
    "shop_orders,shop_order_items,geo_countries",
    0.4,
  ],
  ["trusted", "products", "TABLE", "product_id,name,category,price_amount,active_flag", "shop_products", 6],
  [
    "trusted",
    "payments",
    "TABLE",
    "payment_id,order_id,paid_at,paid_amount,method,status",
    "pay_transactions,shop_orders",
    2,
    "FAIL",
  ],
  [
    "trusted",
    "sessions",
    "VIEW",
    "session_id,customer_id,started_at,ended_at,pages,referrer",
    "web_sessions,customers",
    0.6,
  ],
  [
    "exploitation",
    "dim_customer",
    "TABLE",
    "customer_id,name,country,region,first_order_at,segment",
    "customers,orders",
    0.9,
  ],
  ["exploitation", "dim_product", "TABLE", "product_id,name,category,margin_amount", "products,orders", 5],
  [
    "exploitation",
    "fct_revenue",
    "TABLE",
    "order_id,customer_id,product_id,ordered_at,gross_amount,net_amount,refund_amount,currency",
    "orders,payments,products",
    0.8,
    "RUNNING",
  ],
  [
    "exploitation",
    "fct_visits",
    "TABLE",
    "session_id,customer_id,started_at,pages,converted_flag",
    "sessions,orders",
    0.7,
  ],
  [
    "exploitation",
    "mart_daily_sales",
    "VIEW",
    "date,region,gross_amount,net_amount,order_count",
    "fct_revenue,dim_customer",
    0.8,
  ],
  [
    "exploitation",
    "mart_retention",
    "VIEW",
    "date,segment,customer_count,returning_count",
    "fct_visits,dim_customer",
    0.7,
  ],
  [
    "exploitation",
    "churn_features",
    "TABLE",
    "customer_id,orders_90d,visits_30d,net_amount,segment,churned_flag",
    "fct_revenue,fct_visits,dim_customer",
    3,
  ],
  ["exploitation", "churn_model", "MODEL", "customer_id,score", "churn_features", 26],
  ["exploitation", "churn_scores", "TABLE", "customer_id,score,scored_at", "churn_model,churn_features", 25],
  ["exploitation", "sales_board", "DASHBOARD", "", "mart_daily_sales,fct_revenue", 0.5],
  ["exploitation", "growth_board", "DASHBOARD", "", "mart_retention,churn_scores", 0.5],
];

export const TERMS = [
  ["Party", "A person or organisation that we deal with.", "APPROVED", null, []],
  [
    "Customer",
    "A party that has placed at least one order or opened an account.",
    "APPROVED",
    "Party",
    ["customer_id"],
  ],
  ["Customer segment", "The group a customer is counted in for campaigns.", "PROPOSED", "Customer", ["segment"]],
  ["Consent", "Permission to be contacted, given by the customer.", "APPROVED", "Customer", ["consent_flag"]],
  ["Order", "A customer's binding request to buy.", "APPROVED", null, ["order_id"]],
  ["Gross amount", "What the customer was charged, taxes included.", "APPROVED", "Order", ["gross_amount"]],
  ["Net amount", "Gross amount without taxes and refunds.", "IN_REVIEW", "Order", ["net_amount"]],
  ["Product", "Something we sell.", "APPROVED", null, ["product_id"]],
  ["Churn", "A customer has not ordered for ninety days.", "PROPOSED", "Customer", ["churned_flag", "score"]],
];

/** Synthetic tables for measuring: layers of fifty, two sources each, all in one piece. */
export function stress(n) {
  const rows = [];
  for (let i = 0; i < n; i++) {
    const layer = Math.floor(i / 50);
    const pick = (step) => `stress_${(layer - 1) * 50 + ((i * 7 + step) % 50)}`;
    const sources = layer === 0 ? (i === 0 ? "" : "fct_revenue") : `${pick(0)},${pick(13)}`;
    rows.push([
      ["formatted", "trusted", "exploitation"][layer % 3],
      `stress_${i}`,
      i % 7 === 0 ? "VIEW" : "TABLE",
      "id,name,amount",
      sources,
      2,
    ]);
  }
  return rows;
}
