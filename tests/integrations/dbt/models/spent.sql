{{ config(materialized='table') }}
select customers.name, sum(orders.amount) as spent
from {{ ref('orders') }} as orders
join {{ ref('customers') }} as customers on orders.customer_id = customers.id
group by customers.name
