select id, customer as customer_id, amount from {{ source('raw', 'orders') }}
