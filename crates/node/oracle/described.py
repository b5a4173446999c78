print("described: todo")
