print("mailpit")
